import { type IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { isIP } from 'node:net';
import { type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Header } from './proxied-request.ts';

/** How to reach the edge: mutual TLS, its chain and name verified. */
export type EdgeAddress = {
  /** `https://host` or `https://host:port`. The provider's host stands in the target alone and is never dialled from here. */
  readonly url: string;
  /** PEM: what the edge's certificate must come from. */
  readonly ca?: Buffer;
  /** PEM: the consumer's certificate, then the authority that issued it. Without both, the edge answers 496. */
  readonly cert?: Buffer;
  readonly key?: Buffer;
  /** Longest silence: while connecting, before the answer, within it. */
  readonly timeoutMs: number;
};

export type Outgoing = {
  readonly method: string;
  /** Goes out byte for byte. */
  readonly target: string;
  readonly headers: readonly Header[];
  readonly body: OutgoingBody | null;
};

export type OutgoingBody = {
  readonly stream: Readable;
  /** Null where nobody knows: then it goes in chunks. */
  readonly bytes: number | null;
};

export type Answer = {
  readonly status: number;
  readonly statusText: string;
  /** With their case, order and repetitions. */
  readonly headers: readonly Header[];
  /** `X-Ssp-InternalID`: the exchange in the proxy's audit; null from who is no edge. */
  readonly internalId: string | null;
  /** Breaks with an error where the provider breaks off: a part is never the whole. */
  readonly body: Readable;
};

export type Send = (outgoing: Outgoing, signal: AbortSignal) => Promise<Answer>;

/** Keeps connections open for further requests, as a handshake costs more than one; they end with `resources`. */
export function openEdge(address: EdgeAddress, resources: AsyncDisposableStack): Send {
  const { hostname, port } = new URL(address.url);
  const { ca, cert, key, timeoutMs } = address;
  const host = hostname.replaceAll(/^\[|\]$/g, '');
  // The edge closes a connection that was idle for 65 s; to give up earlier is to never meet that.
  const agent = new Agent({ keepAlive: true, timeout: 60_000 });
  resources.defer(() => agent.destroy());
  return async ({ method, target, headers, body }, signal) => {
    const named = new Set(headers.map(([name]) => name.toLowerCase()));
    const added: readonly Header[] = [['Host', new URL(address.url).host], ...framing(method, body)];
    const outgoing = request({
      agent,
      host,
      port: port === '' ? 443 : port,
      ...(isIP(host) === 0 && { servername: host }),
      ca,
      cert,
      key,
      minVersion: 'TLSv1.2',
      method,
      // Not as a URL: to parse it would change it.
      path: target,
      // In this form Node adds nothing of its own to them, except `Connection`.
      headers: [...added.filter(([name]) => !named.has(name.toLowerCase())), ...headers].flat(),
      timeout: timeoutMs,
      signal,
    });
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.on('timeout', () => outgoing.destroy(new Error(`silent for ${timeoutMs / 1_000} s`)));
      outgoing.on('error', reject);
      outgoing.on('response', resolve);
      if (body === null) outgoing.end();
      // A refusal may come before the body is read: then the answer counts, and not that the body was not taken.
      else pipeline(body.stream, outgoing).catch(reject);
    });
    return toAnswer(response);
  };
}

/** How long the body is: said once, and never in two ways. */
function framing(method: string, body: OutgoingBody | null): readonly Header[] {
  if (body === null) return ['PATCH', 'POST', 'PUT'].includes(method) ? [['Content-Length', '0']] : [];
  return [body.bytes === null ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', String(body.bytes)]];
}

function toAnswer(response: IncomingMessage): Answer {
  const { rawHeaders } = response;
  const headers = rawHeaders.flatMap((name, at): readonly Header[] =>
    at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? '']] : [],
  );
  const internalId = response.headers['x-ssp-internalid'];
  return {
    status: response.statusCode ?? 0,
    statusText: response.statusMessage ?? '',
    headers,
    internalId: typeof internalId === 'string' ? internalId : null,
    body: response,
  };
}
