import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createInterface } from 'node:readline';
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
  /** Beside those that every call has. */
  readonly headers?: Readonly<Record<string, string>>;
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
  const response = await open(service, call, signal);
  const body = await text(response).catch((error: unknown) => {
    throw noAnswer(service, error);
  });
  const answer = body === '' ? null : parseJson(body);
  if (answer === undefined) throw notJson(service);
  return answer;
}

/**
 * Calls one of our services whose answer is JSON lines, and gives each as it comes.
 * @throws as callService; also CommandFailure where the answer breaks off
 */
export async function* callForLines(
  service: ServiceAddress,
  call: ServiceCall,
  signal: AbortSignal,
): AsyncGenerator {
  const response = await open(service, call, signal);
  try {
    for await (const line of createInterface({ input: response, crlfDelay: Infinity })) {
      const parsed = parseJson(line);
      if (parsed === undefined) throw notJson(service);
      yield parsed;
    }
  } catch (error) {
    throw error instanceof CommandFailure ? error : noAnswer(service, error);
  }
}

/**
 * Calls one of our services whose answer is a file, and gives the answer as it comes; whoever reads it sees where it breaks off.
 * @throws as callService
 */
export function callForBody(
  service: ServiceAddress,
  call: ServiceCall,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return open(service, call, signal);
}

/** Resolves with a good answer's head. */
async function open(
  service: ServiceAddress,
  call: ServiceCall,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const response = await send(service, call, signal).catch((error: unknown) => {
    throw error instanceof UsageFault ? error : noAnswer(service, error);
  });
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return response;
  const body = await text(response);
  const answer = parseJson(body);
  throw new ServiceRefusal(status, answer ?? body, `${service.name} ${sayRefusal(status, answer)}`);
}

function noAnswer({ name, url }: ServiceAddress, cause: unknown): CommandFailure {
  return new CommandFailure(`${name} does not answer at ${url} (${reasonOf(cause)}): ${remedyOf(cause)}`, {
    cause,
  });
}

/** What a person looks at next: a service that is slow, or not trusted, is there. */
function remedyOf(cause: unknown): string {
  if (cause instanceof Silence) return 'it may be busy: --timeout waits longer';
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'call it by a name that its certificate bears';
  if (/ISSUER|SELF_SIGNED|VERIFY|CERT_HAS_EXPIRED/.test(code)) return 'are --ca, and --url, right?';
  return 'is it running?';
}

/** Nothing came for as long as was waited. */
class Silence extends Error {
  override readonly name = 'Silence';
}

function notJson({ name, url }: ServiceAddress): CommandFailure {
  return new CommandFailure(`${name} at ${url} does not answer with JSON: is it the right address?`);
}

function sayRefusal(status: number, answer: unknown): string {
  const reason = reasonGiven(answer);
  const said = reason === null ? '' : `: ${reason.replace(/\.$/, '')}`;
  if (status === 401) return `wants to know who asks (401)${said}: give a token with --token-file`;
  if (status === 403) return `does not allow that to you (403)${said}: give another token with --token-file`;
  return `answers ${status}${reason === null ? '' : `: ${reason}`}`;
}

// Our APIs answer with problems, our hot endpoints with an error alone.
function reasonGiven(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null) return null;
  if ('detail' in answer) return String(answer.detail);
  return 'error' in answer ? String(answer.error) : null;
}

async function send(
  service: ServiceAddress,
  { method, path, body, headers }: ServiceCall,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const url = new URL(service.url.replace(/\/$/, '') + path);
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const options = {
    method,
    signal,
    timeout: service.timeoutMs,
    agent: false,
    headers: {
      accept: 'application/json',
      ...headers,
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
  return new Promise<IncomingMessage>((done, failed) => {
    outgoing.on('timeout', () => outgoing.destroy(new Silence(`silent for ${service.timeoutMs / 1_000} s`)));
    outgoing.on('error', failed);
    outgoing.on('response', done);
    outgoing.end(sent);
  });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
