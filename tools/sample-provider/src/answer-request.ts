import { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createAnswerStore } from './answer-store.ts';
import { type Answer } from './answer.ts';
import { createAppointmentBook } from './appointment-book.ts';
import { acceptsGzip, createCompress } from './compress.ts';
import { type Fault, readFault } from './fault.ts';
import { findRoute } from './find-route.ts';
import { mediaTypeOf } from './media-type.ts';
import { operationOutcome, ProviderRefusal, refusalCodeOf } from './provider-refusal.ts';
import { readBody } from './read-body.ts';
import { requireSpineHeaders } from './require-spine-headers.ts';
import { createRoutes, type Route } from './routes.ts';
import { readSampleSize } from './sample-size.ts';
import { sendAnswer } from './send-answer.ts';

/** Whether the caller's certificate is the proxy's; throws a refusal if not. */
export type CheckCaller = (req: IncomingMessage) => void;

/** Answers every request in the provider's way. Requests that a fault holds open end when `stopping` aborts. */
export function answerRequests(checkCaller: CheckCaller, stopping: AbortSignal): RequestListener {
  const routes = createRoutes(createAnswerStore(), createAppointmentBook());
  const compress = createCompress();

  return (req, res) => {
    const { path, query } = readTarget(req.url ?? '/');
    res.setHeader('Content-Type', mediaTypeOf(query.get('_format'), req.headers.accept));
    res.setHeader('Cache-Control', 'no-store');
    const finish = async () => {
      const { answer, fault } = await decide(routes, checkCaller, req, path, query);
      await sendAnswer(res, encode(answer, req, res), fault, goneSignal(res, fault, stopping));
    };
    finish().catch(() => res.destroy());
  };

  function encode(answer: Answer, req: IncomingMessage, res: ServerResponse): Answer {
    const zipped = acceptsGzip(req.headers['accept-encoding']) ? compress(answer.body) : undefined;
    if (!zipped) return answer;
    res.setHeader('Content-Encoding', 'gzip');
    res.setHeader('Vary', 'Accept-Encoding');
    return { ...answer, body: zipped };
  }
}

async function decide(
  routes: readonly Route[],
  checkCaller: CheckCaller,
  req: IncomingMessage,
  path: string,
  query: URLSearchParams,
): Promise<{ readonly answer: Answer; readonly fault: Fault }> {
  try {
    checkCaller(req);
    const { headers, method = 'GET' } = req;
    const fault = readFault(single(headers['x-sample-fault']) ?? query.get('_fault'));
    const size = readSampleSize(single(headers['x-sample-size']) ?? query.get('_size'));
    const body = await readBody(req);
    if (fault.status !== undefined) return { answer: asked(fault.status), fault };
    requireSpineHeaders(headers);
    const { route, id } = findRoute(routes, method, path);
    return { answer: route.answer({ id, query, headers, body, size }), fault };
  } catch (error) {
    if (!(error instanceof ProviderRefusal)) return { answer: asked(500), fault: {} };
    return { answer: outcome(error.status, operationOutcome(error.code, error.message)), fault: {} };
  }
}

function readTarget(url: string): { readonly path: string; readonly query: URLSearchParams } {
  const [path = '', search = ''] = url.split('?', 2);
  // `$` stands unencoded in most clients' paths, and as %24 in some.
  return { path: path.replaceAll('%24', '$'), query: new URLSearchParams(search) };
}

function asked(status: number): Answer {
  const answer = outcome(status, operationOutcome(refusalCodeOf(status)));
  return status === 429 || status === 503 ? { ...answer, headers: { 'Retry-After': '1' } } : answer;
}

function outcome(status: number, body: object): Answer {
  return { status, body: Buffer.from(JSON.stringify(body)) };
}

function single(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}

/** Only a spoilt answer can outlast its caller, so only it pays for a signal. */
function goneSignal(
  res: ServerResponse,
  { delayMs, dripMs, ending }: Fault,
  stopping: AbortSignal,
): AbortSignal {
  if (delayMs === undefined && dripMs === undefined && ending !== 'hang') return stopping;
  const closed = new AbortController();
  res.once('close', () => closed.abort());
  const gone = AbortSignal.any([closed.signal, stopping]);
  if (gone.aborted) res.destroy();
  else gone.addEventListener('abort', () => res.destroy(), { once: true });
  return gone;
}
