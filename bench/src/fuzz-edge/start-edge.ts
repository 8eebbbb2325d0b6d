import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type DevelopmentPki, edgeEnvironment } from '@ssp/testing';
import { benchPaths } from '../paths.ts';
import { endpoint } from './fuzz-payload.ts';

/** The edge with nobody to ask and nobody to tell, in front of a provider. */
export type FuzzedEdge = { readonly port: number; readonly hasEnded: () => boolean };

/** Starts it with timeouts so short that a message which never ends is answered soon. */
export async function startEdge(
  pki: DevelopmentPki,
  providerAddress: string,
  resources: AsyncDisposableStack,
): Promise<FuzzedEdge> {
  const child = spawn(process.execPath, [benchPaths.forwardingMain, endpoint], {
    env: {
      ADMIN_PORT: '0',
      ...edgeEnvironment(pki, providerAddress),
      EDGE_HEADERS_TIMEOUT_MS: '250',
      EDGE_REQUEST_TIMEOUT_MS: '250',
      EDGE_TIMEOUT_CHECK_MS: '20',
      // Required, and never dialled.
      KAFKA_BROKERS: '127.0.0.1:9',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  resources.defer(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  const opened = Promise.withResolvers<number>();
  exited.then(() => opened.reject(new Error('the edge ended before it was open')), opened.reject);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const port = /"msg":"edge open"/.test(line)
      ? /"https":\{"host":"[^"]*","port":(\d+)/.exec(line)?.[1]
      : undefined;
    if (port !== undefined) opened.resolve(Number(port));
  });
  return { port: await opened.promise, hasEnded: () => child.exitCode !== null || child.signalCode !== null };
}
