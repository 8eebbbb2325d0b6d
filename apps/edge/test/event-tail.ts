import { randomUUID } from 'node:crypto';
import { decodeCompleted, EdgeTally, ExchangeCompleted, ExchangeReceived } from '@ssp/contracts';
import { connectKafka, consume } from '@ssp/kafka';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { vi } from 'vitest';

/** What Kafka holds of each exchange, by its internal id. */
export type EventTail = {
  readonly received: ReadonlyMap<string, ExchangeReceived>;
  readonly completed: ReadonlyMap<string, ExchangeCompleted>;
  /** What edges have counted, in the order of arrival in each partition. */
  readonly tallies: readonly EdgeTally[];
  /** Waits for the completed event of an exchange; its received event is then there too, or never comes. */
  readonly completedOf: (internalId: string) => Promise<ExchangeCompleted['data']>;
  /** The same by the sender, of one that has sent nothing else. */
  readonly completedFrom: (from: string | undefined) => Promise<ExchangeCompleted['data']>;
};

/** Reads both topics from their start, as a consumer group of its own. */
export async function startEventTail(
  brokers: readonly string[],
  resources: AsyncDisposableStack,
): Promise<EventTail> {
  const log = pino({ level: 'silent' });
  const received = new Map<string, ExchangeReceived>();
  const completed = new Map<string, ExchangeCompleted>();
  const tallies: EdgeTally[] = [];
  await consume(
    connectKafka({ brokers, clientId: 'edge-test', tls: null }, log),
    {
      groupId: `edge-test-${randomUUID()}`,
      topics: [ExchangeReceived.topic, ExchangeCompleted.topic],
      minBytes: 1,
      maxWaitMs: 100,
      handle: async ({ topic, records }) => {
        for (const { value } of records) keep(topic, value);
        return { nextOffset: (records.at(-1)?.offset ?? -1n) + 1n };
      },
    },
    log,
    new Registry(),
    resources,
  );
  const keep = (topic: string, value: Buffer) => {
    try {
      if (topic === ExchangeReceived.topic) {
        const event = ExchangeReceived.decode(value);
        received.set(event.data.internalId, event);
      } else {
        const event = decodeCompleted(value);
        if (event.type === ExchangeCompleted.type) completed.set(event.data.internalId, event);
        if (event.type === EdgeTally.type) tallies.push(event);
      }
    } catch {
      // Other tests put junk on the topics on purpose.
    }
  };
  return {
    received,
    completed,
    tallies,
    completedOf: (internalId) =>
      vi.waitFor(
        () => {
          const event = completed.get(internalId);
          if (event === undefined || !received.has(internalId))
            throw new Error(`no events of ${internalId} yet`);
          return event.data;
        },
        { timeout: 50_000, interval: 50 },
      ),
    completedFrom: (from) =>
      vi.waitFor(
        () => {
          const event = [...completed.values()].find(({ data }) => data.from === from);
          if (event === undefined) throw new Error(`no completed event from ${from} yet`);
          return event.data;
        },
        { timeout: 50_000, interval: 50 },
      ),
  };
}
