import { setTimeout as sleep } from 'node:timers/promises';
import { type DevelopmentPki, startStubProvider, type StubProvider } from '@ssp/testing';

/** How a provider answers; hanging is never, resetting is to end the connection in the midst. */
export type Conduct = 'answers' | 'hangs' | 'resets';

/** A provider behind mutual TLS whose conduct and certificate change while requests come. */
export type DrillProvider = Pick<StubProvider, 'address' | 'show'> & {
  /** Trace ids in the order in which requests came. */
  readonly reached: readonly string[];
  readonly behave: (conduct: Conduct) => void;
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
  const { address, show } = await startStubProvider(
    {
      pki,
      handler: async (request, response) => {
        reached.push(String(request.headers['ssp-traceid']));
        if (conduct === 'hangs') return;
        if (conduct === 'resets') return void request.socket.destroy();
        await sleep(answersAfterMs);
        response.writeHead(200, { 'Content-Type': 'application/fhir+json' }).end('{"resourceType":"Bundle"}');
      },
    },
    resources,
  );
  return {
    address,
    show,
    reached,
    behave: (next) => {
      conduct = next;
    },
  };
}
