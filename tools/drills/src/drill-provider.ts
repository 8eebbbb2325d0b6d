import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CertificateFiles, type DevelopmentPki, listenOnLoopback } from '@ssp/testing';

/** How a provider answers; hanging is never, resetting is to end the connection in the midst. */
export type Conduct = 'answers' | 'hangs' | 'resets';

/** A provider behind mutual TLS whose conduct and certificate change while requests come. */
export type DrillProvider = {
  readonly address: string;
  /** Trace ids in the order in which requests came. */
  readonly reached: readonly string[];
  readonly behave: (conduct: Conduct) => void;
  /** Shows another certificate from now on, and ends what stands under the old one. */
  readonly show: (certificate: Pick<CertificateFiles, 'cert' | 'key'>) => void;
};

/** So that some are always under way. */
const answersAfterMs = 50;

/** Starts it on a free loopback port. */
export async function startDrillProvider(
  pki: DevelopmentPki,
  resources: AsyncDisposableStack,
): Promise<DrillProvider> {
  let conduct: Conduct = 'answers';
  const reached: string[] = [];
  const contextOf = ({ cert, key }: Pick<CertificateFiles, 'cert' | 'key'>) => ({
    ca: readFileSync(pki.ca),
    cert: readFileSync(cert),
    key: readFileSync(key),
  });
  const server = createServer({ ...contextOf(pki.provider), requestCert: true }, (request, response) => {
    reached.push(String(request.headers['ssp-traceid']));
    if (conduct === 'hangs') return;
    if (conduct === 'resets') return void request.socket.destroy();
    void sleep(answersAfterMs).then(() =>
      response.writeHead(200, { 'Content-Type': 'application/fhir+json' }).end('{"resourceType":"Bundle"}'),
    );
  });
  const port = await listenOnLoopback(server);
  resources.defer(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  return {
    address: `127.0.0.1:${port}`,
    reached,
    behave: (next) => {
      conduct = next;
    },
    show: (certificate) => {
      server.setSecureContext(contextOf(certificate));
      server.closeAllConnections();
    },
  };
}
