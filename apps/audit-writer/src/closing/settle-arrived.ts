import { closeEvent, ExchangeClosed, ExchangeReceived } from '@ssp/contracts';
import { type Publisher } from '@ssp/kafka';
import { inTransaction } from '@ssp/postgres';
import { type Pool, type PoolClient } from 'pg';
import { type AuditMetrics } from '../metrics.ts';
import { findOpen } from './find-open.ts';

export type Closing = {
  readonly pool: Pool;
  readonly publisher: Publisher;
  readonly metrics: Pick<AuditMetrics, 'closed' | 'overdue'>;
  /** How long an exchange may be without an end, once its beginning has arrived. */
  readonly closeAfterMs: number;
};

/**
 * Closes every exchange whose beginning had arrived `closeAfterMs` before `toldBefore`, the moment up to which all that was told is stored,
 * and which has no end. Returns how many. Of several writers one looks at a partition at a time; a closing that is told
 * again, since the first to tell it was killed, is kept once.
 */
export async function settleArrived(closing: Closing, toldBefore: Date): Promise<number> {
  const { pool, metrics, closeAfterMs } = closing;
  const ripeBefore = new Date(toldBefore.getTime() - closeAfterMs);
  let closed = 0;
  for (const partition of await knownPartitions(pool)) {
    for (;;) {
      const settled = await inTransaction(pool, (client) => settle(client, closing, partition, ripeBefore));
      if (settled === null) break;
      closed += settled;
    }
  }
  metrics.overdue.set(0);
  return closed;
}

/** Has each partition with received events begun on. */
async function knownPartitions(pool: Pool): Promise<readonly number[]> {
  await pool.query({
    name: 'begin-closing',
    text: `
      insert into audit.closing (topic, partition, settled_below, arrived_below, arrived_by)
      select topic, partition, 0, next_offset, clock_timestamp() from audit.consumer_offset where topic = $1
      on conflict do nothing`,
    values: [ExchangeReceived.topic],
  });
  const { rows } = await pool.query<{ partition: number }>({
    name: 'closing-partitions',
    text: 'select partition from audit.closing where topic = $1 order by partition',
    values: [ExchangeReceived.topic],
  });
  return rows.map(({ partition }) => partition);
}

/** One part of a partition; null where nothing more of it is ripe, or another writer is at it. */
async function settle(
  client: PoolClient,
  { publisher, metrics }: Closing,
  partition: number,
  ripeBefore: Date,
): Promise<number | null> {
  const { rows } = await client.query<{ settledBelow: string; arrivedBelow: string }>({
    name: 'take-closing',
    text: `
      select settled_below as "settledBelow", arrived_below as "arrivedBelow" from audit.closing
      where topic = $1 and partition = $2 and arrived_by <= $3 for update skip locked`,
    values: [ExchangeReceived.topic, partition, ripeBefore],
  });
  const [row] = rows;
  if (!row) return null;
  const arrivedBelow = BigInt(row.arrivedBelow);
  const place = { topic: ExchangeReceived.topic, partition };
  const { below, open } = await findOpen(client, place, BigInt(row.settledBelow), arrivedBelow);
  metrics.overdue.set(open.length);
  const now = new Date();
  await Promise.all(
    open.map((exchange) =>
      publisher.publish(ExchangeClosed.topic, JSON.stringify(closeEvent(exchange, now))),
    ),
  );
  metrics.closed.inc(open.length);
  await goOn(client, partition, below, arrivedBelow);
  return open.length;
}

/** Where the whole part that had arrived is settled, what has arrived since then is next. */
async function goOn(
  client: PoolClient,
  partition: number,
  settledBelow: bigint,
  arrivedBelow: bigint,
): Promise<void> {
  const values = [ExchangeReceived.topic, partition, settledBelow];
  if (settledBelow < arrivedBelow) {
    await client.query({
      name: 'go-on-closing',
      text: 'update audit.closing set settled_below = $3 where topic = $1 and partition = $2',
      values,
    });
    return;
  }
  await client.query({
    name: 'next-closing',
    text: `
      update audit.closing set settled_below = $3, arrived_by = clock_timestamp(), arrived_below = (
        select next_offset from audit.consumer_offset where topic = $1 and partition = $2
      ) where topic = $1 and partition = $2`,
    values,
  });
}
