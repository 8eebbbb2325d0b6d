import { fileURLToPath } from 'node:url';
import { type DevelopmentPki, type StubProvider, edgeEnvironment } from '@ssp/testing';
import { type EdgeProcess, startEdgeProcess } from './edge-process.ts';
import { endpoint } from './target.ts';

/** As in production it has its size from the start: that V8 enlarges it after a while is nothing that bodies cost. */
const fixedYoungSpace = ['--min-semi-space-size=16', '--max-semi-space-size=16'];
const program = fileURLToPath(new URL('forwarding-only.main.ts', import.meta.url));

/** An edge with nobody to ask and nobody to tell, as a process of its own, so that its memory is nobody else's. */
export function startForwardingEdge(
  pki: DevelopmentPki,
  provider: StubProvider,
  resources: AsyncDisposableStack,
  environment: Readonly<Record<string, string>> = {},
): Promise<EdgeProcess> {
  return startEdgeProcess(
    {
      ...edgeEnvironment(pki, provider.address),
      // Required, and never dialled.
      KAFKA_BROKERS: '127.0.0.1:9',
      // Hundreds of handshakes at once take their time on a machine that has much else to do.
      EDGE_PROVIDER_CONNECT_TIMEOUT_MS: '60000',
      ...environment,
    },
    resources,
    [...fixedYoungSpace, program, endpoint],
  );
}
