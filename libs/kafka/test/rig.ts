import { randomUUID } from 'node:crypto';
import { backingServices } from '@ssp/testing/vitest';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import {
  connectKafka,
  consume,
  type ConsumerSettings,
  ensureTopics,
  type ReceivedBatch,
  startPublisher,
} from '../src/index.ts';

const log = pino({ level: 'silent' });

/** A topic of its own on the real Kafka. */
export async function kafkaRig(resources: AsyncDisposableStack, partitions = 3) {
  const kafka = connectKafka({ brokers: backingServices().kafka.brokers, clientId: 'test', tls: null }, log);
  const topic = `test-${randomUUID()}`;
  await ensureTopics(kafka, [{ topic, partitions }]);
  const registry = new Registry();
  return {
    kafka,
    topic,
    registry,
    // A busy Kafka may take its time.
    publisher: startPublisher(kafka, { publishTimeoutMs: 60_000 }, log, registry, resources),
    consume: (settings: Pick<ConsumerSettings, 'handle'> & Partial<ConsumerSettings>, scope = resources) =>
      consume(kafka, { groupId: randomUUID(), topics: [topic], ...settings }, log, new Registry(), scope),
  };
}

export const texts = (batch: ReceivedBatch) => batch.records.map(({ value }) => value.toString());

export const afterLast = ({ records }: ReceivedBatch) => ({
  nextOffset: (records.at(-1)?.offset ?? -1n) + 1n,
});
