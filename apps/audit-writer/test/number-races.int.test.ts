import { ExchangeReceived } from '@ssp/contracts';
import { inTransaction } from '@ssp/postgres';
import { seededRandom } from '@ssp/testing';
import { type Pool } from 'pg';
import { expect, test } from 'vitest';
import { findHoles } from '../src/numbers/find-holes.ts';
import { joinRuns } from '../src/numbers/join-runs.ts';
import { KeptMeanwhileError, storeRuns } from '../src/numbers/kept-runs.ts';
import { batchWriter, receivedOf } from './batch-writer.ts';
import { from } from './numbered-events.ts';
import { emptyAudit } from './written-audit.ts';

const { topic } = ExchangeReceived;
const raced = { first: 2, last: 10 };

/** Opens once so many wait at it. */
function barrier(count: number) {
  const opened = Promise.withResolvers<void>();
  let left = count;
  return () => {
    left -= 1;
    if (left === 0) opened.resolve();
    return opened.promise;
  };
}

async function keptNumbers(pool: Pool) {
  const { rows } = await pool.query<{ number: number }>(
    `select (body ->> 'sequence')::int as number from audit.event order by 1`,
  );
  return rows.map(({ number }) => number);
}

async function runs(pool: Pool) {
  const { rows } = await pool.query(
    'select source, first_number::int as first, last_number::int as last from audit.number_run join audit.producer on no = producer_no order by 1, 2',
  );
  return rows;
}

test('of writers that meet the same events in two partitions at once, one keeps each', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await emptyAudit(resources);
  const write = batchWriter(pool);
  const values = receivedOf('a', from(1, 400));
  // In other pieces, so that each finds some of its own taken.
  for (let round = 0; round < 10; round += 1) {
    const piece = values.slice(round * 40, round * 40 + 40);
    await Promise.all([
      write(0, piece),
      write(1, [...piece.slice(20), ...piece.slice(0, 20)]),
      joinRuns(pool),
    ]);
  }
  expect(await keptNumbers(pool)).toEqual(from(1, 400));
  const aside = await pool.query('select distinct reason, count(*)::int from audit.quarantine group by 1');
  expect(aside.rows).toEqual([{ reason: 'a repeat of an event that is kept', count: 400 }]);
  await joinRuns(pool);
  expect(await runs(pool)).toEqual([{ source: 'a', first: 1, last: 400 }]);
});

test('of two that wait for each other one goes on, and the other is told to look again', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await emptyAudit(resources);
  const bothHaveTheirOwn = barrier(2);
  const keep = (own: string, others: string) =>
    inTransaction(pool, async (client) => {
      await storeRuns(client, topic, [{ source: own, ...raced }]);
      await bothHaveTheirOwn();
      await storeRuns(client, topic, [{ source: others, ...raced }]);
    });
  // Producers that are known, so that it is their numbers that are waited for.
  await inTransaction(pool, (client) =>
    storeRuns(
      client,
      topic,
      ['a', 'b'].map((source) => ({ source, first: 1, last: 1 })),
    ),
  );
  const ends = await Promise.allSettled([keep('a', 'b'), keep('b', 'a')]);
  expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(ends.find((end) => end.status === 'rejected')?.reason).toBeInstanceOf(KeptMeanwhileError);
});

test('whatever the order in which numbers come, those that have not come are the holes', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await emptyAudit(resources);
  const random = seededRandom(20_261_123);
  const write = batchWriter(pool);
  const sources = ['a', 'b', 'c'];
  const left = sources.flatMap((source) => from(1, 200).map((number) => ({ source, number })));
  const came = new Map(sources.map((source) => [source, new Set<number>()]));
  const checked = async () => {
    await joinRuns(pool);
    for (const source of sources) {
      const there = came.get(source) ?? new Set();
      const missing = from(1, Math.max(0, ...there)).filter((number) => !there.has(number));
      const holes = (await findHoles(pool)).filter((hole) => hole.source === source);
      expect(holes.flatMap(({ first, last }) => from(first, last))).toEqual(missing);
    }
  };
  while (left.length > 0) {
    const batch = Array.from({ length: Math.min(left.length, 60) }, () => {
      const at = random.below(Math.min(left.length, 120));
      const [taken] = left.splice(at, 1);
      if (!taken) throw new Error('nothing is left');
      came.get(taken.source)?.add(taken.number);
      return taken;
    });
    await write(
      random.pick([0, 1, 2]),
      batch.flatMap(({ source, number }) => receivedOf(source, [number])),
    );
    await checked();
  }
  expect(await runs(pool)).toEqual(sources.map((source) => ({ source, first: 1, last: 200 })));
});

test('a batch that cannot be kept leaves no number behind', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await emptyAudit(resources);
  const write = batchWriter(pool);
  await pool.query(`
    create function audit.fail() returns trigger language plpgsql as $$ begin raise exception 'out of order'; end $$;
    create trigger fail before update on audit.consumer_offset for each row execute function audit.fail()`);
  const values = receivedOf('a', from(1, 10));
  await expect(write(0, values)).rejects.toThrow('out of order');
  expect(await runs(pool)).toEqual([]);
  await pool.query('drop trigger fail on audit.consumer_offset');
  await batchWriter(pool)(0, values);
  expect(await keptNumbers(pool)).toEqual(from(1, 10));
  expect(await runs(pool)).toEqual([{ source: 'a', first: 1, last: 10 }]);
});
