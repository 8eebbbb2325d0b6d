import { randomUUID } from 'node:crypto';
import { ExchangeCompleted } from '@ssp/contracts';
import { type ReceivedBatch } from '@ssp/kafka';
import { type Pool } from 'pg';
import { expect, test } from 'vitest';
import { batchApplier } from '../src/apply-batch.ts';
import { keptFrom } from '../src/keep-ledger.ts';
import { countMonths, dropMonths, makeMonthsAhead } from '../src/ledger-months.ts';
import { booksOf } from './books.ts';
import { completedEvent } from './completed-event.ts';
import { billingRig } from './rig.ts';

async function monthsOf(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits
     where inhparent = 'billing.counted_exchange'::regclass order by name`,
  );
  return rows.map(({ name }) => name.replace('billing.counted_exchange_', ''));
}

/** A partition of one exchange for each time. */
function batchOf(supplier: string, partition: number, times: readonly string[]): ReceivedBatch {
  const parties = { supplier, receiverOds: 'B82617', senderOds: 'A20047' };
  return {
    topic: ExchangeCompleted.topic,
    partition,
    records: times.map((time, nth) => {
      const event = completedEvent({ time, data: { internalId: randomUUID(), parties } });
      return { offset: BigInt(nth), value: Buffer.from(JSON.stringify(event)), timestampMs: 0 };
    }),
    highWatermark: BigInt(times.length),
    earlierAreGone: false,
  };
}

test('months are made ahead, across the end of a year, once', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await billingRig(resources);
  const now = new Date('2026-11-30T23:59:59.999Z');
  await Promise.all([1, 2, 3].map(() => makeMonthsAhead(pool, now, 2)));
  expect(await monthsOf(pool)).toEqual(['202611', '202612', '202701']);
  expect(await countMonths(pool)).toBe(3);
  const { rows } = await pool.query<{ columns: string }>(
    `select distinct substring(indexdef from '[(].*') as columns from pg_indexes
     where schemaname = 'billing' and tablename like 'counted_exchange_2%' order by 1`,
  );
  expect(rows.map(({ columns }) => columns)).toEqual(['(hour, internal_id)', '(hour, key)']);
});

test('a month that is long gone is dropped whole; what comes for it then is put aside, and the sums stay', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await billingRig(resources);
  const supplier = `Supplier ${randomUUID()}`;
  const times = ['2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'];
  const apply = batchApplier(pool);
  await apply(batchOf(supplier, 0, times));
  expect(await monthsOf(pool)).toEqual(['202601', '202602', '202603']);
  const books = await booksOf(pool, supplier);

  expect(await dropMonths(pool, keptFrom(new Date('2026-03-15T00:00:00Z'), 1))).toEqual(['2026-01']);
  expect(await dropMonths(pool, keptFrom(new Date('2026-03-15T00:00:00Z'), 1))).toEqual([]);
  expect(await monthsOf(pool)).toEqual(['202602', '202603']);
  expect(await booksOf(pool, supplier)).toEqual({ ...books, ledger: books.ledger.slice(1) });

  // Another copy, and one that has counted in that month itself.
  const late = batchOf(supplier, 1, ['2026-01-10T00:00:00.000Z', '2026-02-10T00:00:00.000Z']);
  expect(await batchApplier(pool)(late)).toMatchObject({ counted: [{}], quarantined: 1 });
  await expect(apply({ ...late, partition: 2 })).rejects.toThrow(/no partition/);
  expect(await apply({ ...late, partition: 2 })).toMatchObject({
    counted: [],
    duplicates: 1,
    quarantined: 1,
  });
  const { rows } = await pool.query('select partition, reason from billing.quarantine order by partition');
  const reason = 'time: the ledger of 2026-01 was dropped';
  expect(rows).toEqual([
    { partition: 1, reason },
    { partition: 2, reason },
  ]);
});
