import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Dispatcher } from 'undici';
import { answerHeaders } from '../answer/answer-headers.ts';
import { type Exchange } from '../exchange.ts';
import { hasBody } from '../has-body.ts';
import { endToEndHeaders } from './hop-by-hop.ts';
import { providerFailure } from './provider-failure.ts';
import { type ProviderTimeouts } from './provider-timeouts.ts';

/** Everything a forwarded exchange needs, fixed before the first byte goes out. */
export type ForwardPlan = {
  readonly exchange: Exchange;
  readonly dispatcher: Dispatcher;
  readonly host: string;
  readonly path: string;
  readonly headers: readonly string[];
  readonly via: string;
  readonly timeouts: ProviderTimeouts;
  /** Gets the reason when no answer could be given; called at most once, and never after the head of an answer. */
  readonly fail: (error: unknown) => void;
};

// HSTS is ours to set for our own name.
const allowOrigin = 'access-control-allow-origin';
const ownHeaders: ReadonlySet<string> = new Set(['strict-transport-security', 'via']);

/**
 * The pass by which http-proxy-middleware sends a request: through undici, streaming both ways with back-pressure.
 * Returning true ends the middleware's chain, so every failure from here on is answered here.
 */
export function providerPass(req: object, res: object): true {
  const plan = planOf(res);
  if (plan === null || !isRequest(req) || !isResponse(res)) throw new Error('forwarded without a plan');
  send(plan, req, res);
  return true;
}

/**
 * The plan that `forward` left on a response. It lies there, and not in a WeakMap: an old map would keep every finished
 * exchange alive until the next full garbage collection.
 */
export function planOf(res: object): ForwardPlan | null {
  return hasPlan(res) ? res.locals.plan : null;
}

function hasPlan(res: object): res is { readonly locals: { readonly plan: ForwardPlan } } {
  return 'locals' in res && typeof res.locals === 'object' && res.locals !== null && 'plan' in res.locals;
}

function isRequest(req: object): req is IncomingMessage {
  return 'rawHeaders' in req;
}

function isResponse(res: object): res is ServerResponse {
  return 'writeContinue' in res;
}

class TotalTimeout extends Error {
  readonly code = 'ETIMEDOUT';
}

function send(plan: ForwardPlan, req: IncomingMessage, res: ServerResponse): void {
  const { exchange } = plan;
  const startedMs = performance.now();
  const withBody = hasBody(req);
  let controller: Dispatcher.DispatchController | null = null;
  let ended = false;
  let announcedBytes = -1;
  const resume = () => controller?.resume();

  const abandon = () => {
    if (ended) return;
    ended = true;
    exchange.outcome = 'abandoned';
    controller?.abort(new Error('the consumer hung up'));
  };
  res.once('close', abandon);
  exchange.breakOff = (refusal) => {
    if (ended) return;
    ended = true;
    exchange.outcome = 'failed';
    exchange.refusal = refusal.code;
    exchange.refusalDetail = refusal.detail;
    controller?.abort(refusal);
    if (res.headersSent) res.destroy(refusal);
    else plan.fail(refusal);
  };
  const total = setTimeout(() => controller?.abort(new TotalTimeout()), plan.timeouts.totalMs);

  plan.dispatcher.dispatch(
    {
      method: exchange.method,
      path: plan.path,
      headers: [...plan.headers],
      body: withBody ? req : null,
      headersTimeout: plan.timeouts.firstByteMs,
      bodyTimeout: plan.timeouts.idleMs,
    },
    {
      onRequestStart(started) {
        controller = started;
        if (ended) return started.abort(new Error('the consumer hung up'));
        if (!withBody) return;
        // Attached in the same turn as undici's own listener, so no chunk is missed or sent early.
        req.on('data', (chunk: Buffer) => {
          exchange.requestBytes += chunk.length;
        });
        if (req.headers.expect !== undefined) res.writeContinue();
      },
      onResponseStart(started, status, _headers, reason) {
        // Interim answers are between the provider and us.
        if (status < 200 || ended) return;
        exchange.timings.providerFirstByteMs = performance.now() - startedMs;
        exchange.providerStatus = status;
        const rawHeaders = textHeaders(started.rawHeaders);
        announcedBytes = announcedLength(rawHeaders);
        // A provider that speaks of CORS itself is not contradicted.
        if (exchange.crossOrigin !== null && headerValue(rawHeaders, allowOrigin) !== undefined)
          exchange.crossOrigin = null;
        const headers = [
          ...endToEndHeaders(rawHeaders, ownHeaders),
          ...answerHeaders(exchange, viaOf(rawHeaders, plan.via)),
        ];
        res.on('drain', resume);
        res.writeHead(status, reason ?? '', headers);
      },
      onResponseData(started, chunk) {
        exchange.responseBytes += chunk.length;
        if (exchange.responseBytes === announcedBytes) {
          // The whole answer in one write where it came as one.
          res.end(chunk);
        } else if (!res.write(chunk)) started.pause();
      },
      onResponseEnd() {
        clearTimeout(total);
        exchange.timings.providerMs = performance.now() - startedMs;
        if (ended) return;
        ended = true;
        exchange.outcome = 'forwarded';
        if (!res.writableEnded) res.end();
      },
      onResponseError(_controller, error) {
        clearTimeout(total);
        exchange.timings.providerMs = performance.now() - startedMs;
        if (ended) return;
        ended = true;
        exchange.outcome = 'failed';
        const failure = providerFailure(error, `https://${plan.host}${plan.path.split('?', 1)[0]}`);
        exchange.refusal = failure.code;
        // A clean end would pass a part off as the whole (spec 7.5).
        if (res.headersSent) res.destroy(error);
        else plan.fail(failure);
      },
    },
  );
}

function textHeaders(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((item) => (typeof item === 'string' ? item : item.toString('latin1')));
}

function announcedLength(rawHeaders: readonly string[]): number {
  const length = headerValue(rawHeaders, 'content-length');
  return length === undefined ? -1 : Number(length);
}

function viaOf(rawHeaders: readonly string[], own: string): string {
  const via = headerValue(rawHeaders, 'via');
  return via === undefined ? own : `${via}, ${own}`;
}

function headerValue(rawHeaders: readonly string[], lowerName: string): string | undefined {
  const index = rawHeaders.findIndex((name, at) => at % 2 === 0 && name.toLowerCase() === lowerName);
  return index === -1 ? undefined : rawHeaders[index + 1];
}
