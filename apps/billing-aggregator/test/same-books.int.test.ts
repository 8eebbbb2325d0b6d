import { randomUUID } from 'node:crypto';
import { ExchangeCompleted } from '@ssp/contracts';
import { type ReceivedBatch } from '@ssp/kafka';
import { type Pool } from 'pg';
import { expect, test } from 'vitest';
import { batchApplier } from '../src/apply-batch.ts';
import { booksOf } from './books.ts';
import { encoded, mixedEvents } from './mixed-events.ts';
import { billingRig } from './rig.ts';

/** Numbers that look random and are the same at each run. */
function dice(seed: number) {
  let state = seed;
  return (sides: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** One text in so many is told more than once. */
type Layout = { readonly partitions: number; readonly seed: number; readonly repeatsIn: number };

/** Lays texts out in so many partitions in an order of chance, some of them two or three times, in batches of any size. */
function layOut(
  texts: readonly string[],
  { partitions, seed, repeatsIn }: Layout,
): readonly ReceivedBatch[][] {
  const roll = dice(seed);
  const told = texts.flatMap((text) =>
    Array.from({ length: roll(repeatsIn) === 0 ? 2 + roll(2) : 1 }, () => text),
  );
  for (let at = told.length - 1; at > 0; at -= 1) {
    const other = roll(at + 1);
    [told[at], told[other]] = [told[other] ?? '', told[at] ?? ''];
  }
  return Array.from({ length: partitions }, (_, partition) => {
    const mine = told.filter((__, nth) => nth % partitions === partition);
    const batches: ReceivedBatch[] = [];
    for (let start = 0; start < mine.length;) {
      const size = 1 + roll(300);
      const records = mine.slice(start, start + size).map((text, nth) => ({
        offset: BigInt(start + nth),
        value: Buffer.from(text),
        timestampMs: 0,
      }));
      const highWatermark = BigInt(mine.length);
      batches.push({
        topic: ExchangeCompleted.topic,
        partition,
        records,
        highWatermark,
        earlierAreGone: false,
      });
      start += size;
    }
    return batches;
  });
}

const layouts: readonly Layout[] = [
  { partitions: 1, seed: 1, repeatsIn: 8 },
  { partitions: 6, seed: 2, repeatsIn: 4 },
  // Copies that do not meet in the ledger meet in the sums.
  { partitions: 6, seed: 3, repeatsIn: 1_000_000 },
];

async function deadlocksOf(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ deadlocks: number }>(
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  );
  return rows[0]?.deadlocks ?? 0;
}

test('whatever the order, the partitions, the batches, the repeats and the copies, the books are the same', async () => {
  await using resources = new AsyncDisposableStack();
  const supplier = `Supplier ${randomUUID()}`;
  const texts = encoded(mixedEvents(supplier, 1_500));
  const counted = await Promise.all(
    layouts.map(async (layout) => {
      const { pool } = await billingRig(resources);
      // A copy for each partition: they meet in the same rows, and in the same exchanges.
      await Promise.all(
        layOut(texts, layout).map(async (batches) => {
          const apply = batchApplier(pool);
          for (const batch of batches) await apply(batch);
        }),
      );
      expect(await deadlocksOf(pool)).toBe(0);
      return booksOf(pool, supplier);
    }),
  );
  const [first, ...others] = counted;
  expect(first?.ledger).toHaveLength(texts.length);
  expect(first?.hours.length).toBeGreaterThan(20);
  for (const other of others) expect(other).toEqual(first);
});

test('a batch that comes again, whole or in part, changes nothing', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await billingRig(resources);
  const supplier = `Supplier ${randomUUID()}`;
  const [[batch] = []] = layOut(encoded(mixedEvents(supplier, 400)), {
    partitions: 1,
    seed: 7,
    repeatsIn: 8,
  });
  if (batch === undefined) throw new Error('nothing was laid out');
  const apply = batchApplier(pool);
  const { nextOffset } = await apply(batch);
  const books = await booksOf(pool, supplier);
  expect(await apply(batch)).toMatchObject({ nextOffset, counted: [], duplicates: 0 });
  expect(await apply({ ...batch, partition: 1 })).toMatchObject({ nextOffset, counted: [] });
  expect(await booksOf(pool, supplier)).toEqual(books);
});
