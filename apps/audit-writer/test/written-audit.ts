import { ExchangeCompleted, ExchangeReceived } from '@ssp/contracts';
import { createDatabase } from '@ssp/testing/vitest';
import { Pool } from 'pg';
import { pino } from 'pino';
import { migrateAudit } from '../src/migrate-audit.ts';
import { writeBatch } from '../src/write-batch.ts';
import { exchangeEvents } from './events.ts';

/** What no column can hold must not look like tampering. */
const odd = 'https://provider.example/\0\ud800?identifier=9476719931';
const parties = { senderOds: 'R1A14', receiverOds: 'B82617', supplier: null };

export const partitions = [0, 1] as const;
/** The first offset of each partition, as of a topic whose beginning was dropped before it was read. */
export const firstOffset = 5;
/** In each batch of each partition: the middle one is no event. */
export const batchRecords = 9;

/** A database whose audit is empty, and a way to write to it as the consumer's handler does. */
export async function emptyAudit(resources: AsyncDisposableStack) {
  const database = await createDatabase(resources);
  const postgres = {
    url: database.urlWithoutPassword,
    passwordFile: database.passwordFile,
    poolSize: 2,
    applicationName: 'audit-test',
  };
  await migrateAudit(postgres, pino({ level: 'silent' }));
  const pool = resources.adopt(new Pool({ connectionString: database.url }), (it) => it.end());
  pool.on('error', () => undefined);
  return { pool, postgres };
}

/** Writes the next batch of every partition of both topics. `time` is that of its events. */
export async function writeBatches(pool: Pool, batch: number, time = new Date()): Promise<void> {
  for (const partition of partitions) {
    const exchanges = Array.from({ length: batchRecords }, () =>
      exchangeEvents({
        time,
        received: { url: odd, redactedUrl: odd },
        completed: { decisionId: 'd.0', parties, network: 'private' },
      }),
    );
    for (const [at, topic] of [ExchangeReceived.topic, ExchangeCompleted.topic].entries()) {
      const values = exchanges.map(({ records }) => records[at]?.value ?? '');
      values[Math.floor(batchRecords / 2)] = 'no event';
      const begin = BigInt(firstOffset + batch * batchRecords);
      await writeBatch(
        pool,
        {
          topic,
          partition,
          records: values.map((value, place) => ({
            offset: begin + BigInt(place),
            value: Buffer.from(value),
            timestampMs: time.getTime(),
          })),
          highWatermark: begin + BigInt(batchRecords),
          earlierAreGone: batch === 0,
        },
        null,
      );
    }
  }
}
