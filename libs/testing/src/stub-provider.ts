import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { TLSSocket } from 'node:tls';
import { listenOnLoopback } from './listen-on-loopback.ts';
import type { CertificateFiles, DevelopmentPki } from './pki/pki-paths.ts';

/** One request as it reached the provider. */
export interface SeenRequest {
  readonly method: string;
  /** The request target, byte for byte. */
  readonly target: string;
  /** Names and values in turn, with case, order and duplicates as they came. */
  readonly rawHeaders: readonly string[];
  /** Complete once the request has ended; a handler that reads the body itself finds it here as well. */
  readonly body: Promise<Buffer>;
  /** CN of the certificate that the caller presented. */
  readonly clientName: string | undefined;
}

/** Answers a request; `seen` tells what was recorded of it. */
export type ProviderHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  seen: SeenRequest,
) => void | Promise<void>;

/** A provider behind mutual TLS that remembers what it was asked. */
export interface StubProvider {
  /** `127.0.0.1:port`, for `EDGE_CONNECT_TO`. */
  readonly address: string;
  readonly port: number;
  /** In order of arrival. */
  readonly requests: readonly SeenRequest[];
  /** Replaces how requests are answered from now on. */
  answerWith(handler: ProviderHandler): void;
  /** Shows another certificate from now on, and ends the connections that stand under the former one. */
  readonly show: (certificate: Pick<CertificateFiles, 'cert' | 'key'>) => Promise<void>;
}

/** How a stub differs from a sound provider. */
export interface StubProviderOptions {
  readonly pki: DevelopmentPki;
  /** The server's certificate; the PKI's `provider` when left out. */
  readonly certificate?: Pick<CertificateFiles, 'cert' | 'key'>;
  /** A FHIR capability statement with status 200 when left out. */
  readonly handler?: ProviderHandler;
}

/** Starts a provider on a free loopback port; it ends with `resources`, open connections and all. */
export async function startStubProvider(
  options: StubProviderOptions,
  resources: AsyncDisposableStack,
): Promise<StubProvider> {
  const { pki, certificate = pki.provider, handler = answerCapability } = options;
  const readContext = async (shown: Pick<CertificateFiles, 'cert' | 'key'>) => {
    const [ca, cert, key] = await Promise.all([pki.ca, shown.cert, shown.key].map((it) => readFile(it)));
    return { ca, cert, key };
  };
  const context = await readContext(certificate);
  const requests: SeenRequest[] = [];
  let answer = handler;

  const server = createServer({ ...context, requestCert: true }, (request, response) => {
    const seen = record(request);
    requests.push(seen);
    Promise.resolve(answer(request, response, seen)).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  const port = await listenOnLoopback(server);
  resources.defer(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });

  return {
    address: `127.0.0.1:${port}`,
    port,
    requests,
    answerWith: (replacement) => {
      answer = replacement;
    },
    show: async (replacement) => {
      server.setSecureContext(await readContext(replacement));
      server.closeAllConnections();
    },
  };
}

function record(request: IncomingMessage): SeenRequest {
  const chunks: Buffer[] = [];
  const body = new Promise<Buffer>((resolve, reject) => {
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('close', () => reject(new Error('the request was cut off')));
  });
  // Few tests ask for the body; nobody must be obliged to.
  body.catch(() => undefined);
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    rawHeaders: request.rawHeaders,
    body,
    clientName: commonName(request),
  };
}

function commonName({ socket }: IncomingMessage): string | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const name = socket.getPeerCertificate().subject.CN;
  return Array.isArray(name) ? name[0] : name;
}

function answerCapability(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/fhir+json' });
  response.end(JSON.stringify({ resourceType: 'CapabilityStatement', status: 'active' }));
}
