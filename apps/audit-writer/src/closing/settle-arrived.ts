import { closeEvent, ExchangeClosed, ExchangeReceived } from '@ssp/contracts';
import { type Publisher } from '@ssp/kafka';
import { type Pool } from 'pg';
import { type AuditMetrics } from '../metrics.ts';
import { findOpen } from './find-open.ts';

/** Longer than a publisher tries, so that a partition is seldom taken from a writer that is at it. */
const takenForSeconds = 30;

export type Closing = {
  readonly pool: Pool;
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly metrics: Pick<AuditMetrics, 'closed' | 'overdue'>;
  /** How long an exchange may be without an end, once its beginning has arrived. */
  readonly closeAfterMs: number;
};

/**
 * Closes every exchange whose beginning had arrived `closeAfterMs` before `toldBefore`, the moment up to which all that was told is stored,
 * and which has no end. Returns how many. Of several writers one looks at a partition at a time; a closing that is told
 * again, since the first to tell it was killed or slow, is kept once. Once the signal is given it ends behind the part that it is at.
 */
export async function settleArrived(
  closing: Closing,
  toldBefore: Date,
  signal?: AbortSignal,
): Promise<number> {
  const { pool, metrics, closeAfterMs } = closing;
  const ripeBefore = new Date(toldBefore.getTime() - closeAfterMs);
  let closed = 0;
  for (const partition of await knownPartitions(pool)) {
    for (;;) {
      if (signal?.aborted === true) return closed;
      const settled = await settle(closing, partition, ripeBefore);
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

type Taken = { readonly settledBelow: bigint; readonly arrivedBelow: bigint };

/** One part of a partition; null where nothing more of it is ripe, or another writer is at it. */
async function settle(
  { pool, publisher, metrics }: Closing,
  partition: number,
  ripeBefore: Date,
): Promise<number | null> {
  const taken = await take(pool, partition, ripeBefore);
  if (taken === null) return null;
  const place = { topic: ExchangeReceived.topic, partition };
  const { below, open } = await findOpen(pool, place, taken.settledBelow, taken.arrivedBelow);
  metrics.overdue.set(open.length);
  const now = new Date();
  // Told first and noted then: who is killed between them has another tell it again.
  await Promise.all(
    open.map((exchange) =>
      publisher.publish(ExchangeClosed.topic, JSON.stringify(closeEvent(exchange, now))),
    ),
  );
  metrics.closed.inc(open.length);
  await goOn(pool, partition, taken, below);
  return open.length;
}

/** A row that a writer from before holds is left to it. */
async function take(pool: Pool, partition: number, ripeBefore: Date): Promise<Taken | null> {
  const { rows } = await pool.query<{ settledBelow: string; arrivedBelow: string }>({
    name: 'take-closing',
    text: `
      update audit.closing set taken_until = clock_timestamp() + make_interval(secs => $4)
      where (topic, partition) in (
        select topic, partition from audit.closing
        where topic = $1 and partition = $2 and arrived_by <= $3
          and (taken_until is null or taken_until < clock_timestamp())
        for update skip locked
      )
      returning settled_below as "settledBelow", arrived_below as "arrivedBelow"`,
    values: [ExchangeReceived.topic, partition, ripeBefore, takenForSeconds],
  });
  const [row] = rows;
  return row ? { settledBelow: BigInt(row.settledBelow), arrivedBelow: BigInt(row.arrivedBelow) } : null;
}

/**
 * Where the whole part that had arrived is settled, what has arrived since then is next. Nothing is noted where another writer, which
 * took the partition when our time was over, went on meanwhile.
 */
async function goOn(
  pool: Pool,
  partition: number,
  { settledBelow, arrivedBelow }: Taken,
  below: bigint,
): Promise<void> {
  const values = [ExchangeReceived.topic, partition, below, settledBelow, arrivedBelow];
  const asTaken = 'where topic = $1 and partition = $2 and settled_below = $4 and arrived_below = $5';
  if (below < arrivedBelow) {
    await pool.query({
      name: 'go-on-closing',
      text: `update audit.closing set settled_below = $3, taken_until = null ${asTaken}`,
      values,
    });
    return;
  }
  await pool.query({
    name: 'next-closing',
    text: `
      update audit.closing set settled_below = $3, taken_until = null, arrived_by = clock_timestamp(), arrived_below = (
        select next_offset from audit.consumer_offset where topic = $1 and partition = $2
      ) ${asTaken}`,
    values,
  });
}
