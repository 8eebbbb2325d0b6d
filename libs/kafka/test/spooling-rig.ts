import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSpool, type Spool } from '@ssp/spool';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { connectKafka, type SpooledPublishing, startSpooledPublisher } from '../src/index.ts';

const log = pino({ level: 'silent' });

export const connectTo = (brokers: readonly string[]) =>
  connectKafka({ brokers, clientId: 'test', tls: null }, log);

/** Nobody listens there. */
export const deadBrokers = ['127.0.0.1:1'];

type Settings = Partial<Parameters<typeof startSpooledPublisher>[2]> & { readonly maxBytes?: number };
export type SpoolingRig = {
  readonly publisher: SpooledPublishing;
  readonly spool: Spool;
  readonly registry: Registry;
};

/** A folder for spools, and publishers that use it one after the other. */
export async function spoolingRig(resources: AsyncDisposableStack) {
  const { path: directory } = resources.use(await mkdtempDisposable(join(tmpdir(), 'spooling-')));
  return {
    directory,
    start: async (
      brokers: readonly string[],
      scope: AsyncDisposableStack,
      { maxBytes = 10_000_000, ...settings }: Settings = {},
    ): Promise<SpoolingRig> => {
      const registry = new Registry();
      const spool = await openSpool({ directory, maxBytes, segmentBytes: 100_000 }, log, registry, scope);
      const limits = { patienceMs: 250, diskTimeoutMs: 60_000, maxQueuedEvents: 1_000, ...settings };
      const publisher = startSpooledPublisher(connectTo(brokers), spool, limits, log, registry, scope);
      return { publisher, spool, registry };
    },
  };
}

/** The value of a metric without labels. */
export async function metric(registry: Registry, name: string): Promise<number> {
  const found = await registry.getSingleMetric(name)?.get();
  return found?.values[0]?.value ?? 0;
}
