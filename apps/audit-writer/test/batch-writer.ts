import { ExchangeReceived } from '@ssp/contracts';
import { type Pool } from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { keepEvents } from '../src/keep-events.ts';
import { auditMetrics } from '../src/metrics.ts';
import { numberedEvents } from './numbered-events.ts';

const topic = ExchangeReceived.topic;

/** Hands batches to a writer of its own, each behind the one before in its partition. */
export function batchWriter(pool: Pool) {
  const handle = keepEvents(pool, null, pino({ level: 'silent' }), auditMetrics(new Registry()));
  const ends = new Map<number, bigint>();
  return (partition: number, values: readonly string[]) => {
    const begin = ends.get(partition) ?? 0n;
    const end = begin + BigInt(values.length);
    ends.set(partition, end);
    const records = values.map((value, place) => ({
      offset: begin + BigInt(place),
      value: Buffer.from(value),
      timestampMs: 0,
    }));
    return handle({ topic, partition, records, highWatermark: end, earlierAreGone: false });
  };
}

/** The received events of a source that have these numbers. */
export const receivedOf = (source: string, numbers: Iterable<number>, time = new Date()) =>
  numberedEvents(source, numbers, time)
    .records.filter((record) => record.topic === topic)
    .map(({ value }) => value);
