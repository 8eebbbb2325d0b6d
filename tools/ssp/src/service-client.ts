import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { CommandFailure, reasonOf, UsageFault } from './command-fault.ts';
import { readTlsFiles, type TlsFiles } from './read-tls-files.ts';

/** How to reach one of our own services. */
export type ServiceAddress = {
  /** As a person knows it, for messages: `authz`. */
  readonly name: string;
  /** `http://host:port` or `https://host:port`; a path before ours is kept. */
  readonly url: string;
  /** Bearer token, or null where the service asks for none. */
  readonly token: string | null;
  readonly tls: TlsFiles;
  /** Longest silence, milliseconds. */
  readonly timeoutMs: number;
};

export type ServiceCall = {
  readonly method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT';
  /** With its query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
};

/** A service answered with another status than 2xx; commands that can tell more for a status catch it. */
export class ServiceRefusal extends CommandFailure {
  readonly status: number;
  /** The answer's JSON, or its text. */
  readonly answer: unknown;
  constructor(status: number, answer: unknown, message: string) {
    super(message);
    this.status = status;
    this.answer = answer;
  }
}

/**
 * Calls one of our services and resolves with the JSON of its answer, or null where it has no body.
 * @throws ServiceRefusal for a status that is not 2xx
 * @throws CommandFailure where the service does not answer, or not with JSON
 */
export async function callService(
  service: ServiceAddress,
  call: ServiceCall,
  signal: AbortSignal,
): Promise<unknown> {
  const { status, body } = await exchange(service, call, signal).catch((error: unknown) => {
    throw error instanceof UsageFault
      ? error
      : new CommandFailure(
          `${service.name} does not answer at ${service.url} (${reasonOf(error)}): is it running?`,
          { cause: error },
        );
  });
  const answer = body === '' ? null : parseJson(body);
  if (status >= 200 && status < 300) {
    if (answer === undefined) {
      throw new CommandFailure(
        `${service.name} at ${service.url} does not answer with JSON: is it the right address?`,
      );
    }
    return answer;
  }
  throw new ServiceRefusal(status, answer ?? body, `${service.name} ${sayRefusal(status, answer)}`);
}

function sayRefusal(status: number, answer: unknown): string {
  const reason = reasonGiven(answer);
  const said = reason === null ? '' : `: ${reason}`;
  if (status === 401) return `wants to know who asks (401)${said}: give a token with --token-file`;
  if (status === 403) return `does not allow that to you (403)${said}: give another token with --token-file`;
  return `answers ${status}${said}`;
}

// Our APIs answer with problems, our hot endpoints with an error alone.
function reasonGiven(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null) return null;
  if ('detail' in answer) return String(answer.detail);
  return 'error' in answer ? String(answer.error) : null;
}

async function exchange(
  service: ServiceAddress,
  { method, path, body }: ServiceCall,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly body: string }> {
  const url = new URL(service.url.replace(/\/$/, '') + path);
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const options = {
    method,
    signal,
    timeout: service.timeoutMs,
    agent: false,
    headers: {
      accept: 'application/json',
      ...(service.token !== null && { authorization: `Bearer ${service.token}` }),
      ...(sent !== undefined && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(sent),
      }),
    },
  };
  const outgoing =
    url.protocol === 'https:'
      ? httpsRequest(url, { ...options, ...readTlsFiles(service.tls, url.hostname) })
      : httpRequest(url, options);
  const response = await new Promise<IncomingMessage>((done, failed) => {
    outgoing.on('timeout', () => outgoing.destroy(new Error(`silent for ${service.timeoutMs} ms`)));
    outgoing.on('error', failed);
    outgoing.on('response', done);
    outgoing.end(sent);
  });
  return { status: response.statusCode ?? 0, body: await text(response) };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
