import { readFileSync } from 'node:fs';
import { Agent, type RequestOptions, request } from 'node:https';
import { type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type CertificateFiles } from '@ssp/testing';

export type ConsumerAnswer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
};

export const exampleHeaders = {
  'Ssp-TraceID': '09a01679-2564-0fb4-5129-aecc81ea2706',
  'Ssp-From': '100000000011',
  'Ssp-To': '100000000022',
  'Ssp-InteractionID': 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1',
} as const;

export type ConsumerRequest = {
  readonly path: string;
  readonly method?: string;
  readonly headers?: RequestOptions['headers'];
  readonly body?: Buffer | string;
};

/** A consumer system with its certificate, or none; connections are kept alive. */
export function createConsumer(
  edge: { readonly port: number; readonly caFile: string },
  certificate: CertificateFiles | null,
  resources: AsyncDisposableStack,
  connections = 64,
) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  resources.defer(() => agent.destroy());
  const options = (asked: ConsumerRequest): RequestOptions => ({
    host: '127.0.0.1',
    port: edge.port,
    agent,
    ca: readFileSync(edge.caFile),
    ...(certificate !== null && { cert: readFileSync(certificate.cert), key: readFileSync(certificate.key) }),
    method: asked.method ?? 'GET',
    path: asked.path,
    headers: asked.headers ?? exampleHeaders,
  });
  /** The request under way, for tests that break it off. */
  const open = (asked: ConsumerRequest) => request(options(asked));
  const send = (asked: ConsumerRequest) =>
    new Promise<ConsumerAnswer>((resolve, reject) => {
      const outgoing = open(asked);
      outgoing.on('error', reject);
      outgoing.on('response', (res) => {
        const { statusCode = 0, headers, rawHeaders } = res;
        buffer(res).then((body) => resolve({ status: statusCode, headers, rawHeaders, body }), reject);
      });
      outgoing.end(asked.body);
    });
  return { send, open };
}
