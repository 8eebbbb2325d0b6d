import { join } from 'node:path';
import { createDatabase } from '@ssp/testing/vitest';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { inTransaction, migrate, openPool, ping, storeOffset, takeOffset } from '../src/index.ts';

const log = pino({ level: 'silent' });

async function pantry(resources: AsyncDisposableStack) {
  const { urlWithoutPassword, passwordFile } = await createDatabase(resources);
  const config = { url: urlWithoutPassword, passwordFile, poolSize: 4, applicationName: 'pantry' };
  const upgrade = () =>
    migrate({ config, directory: join(import.meta.dirname, 'migrations'), schema: 'pantry', log });
  return { pool: openPool(config, log, resources), upgrade };
}

async function jars(pool: ReturnType<typeof openPool>) {
  const { rows } = await pool.query<{ name: string }>('select name from pantry.jar order by name');
  return rows.map(({ name }) => name);
}

/** Sessions of this database that wait for a lock. */
async function waitingForLocks(pool: ReturnType<typeof openPool>): Promise<number> {
  const { rowCount } = await pool.query(
    "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
  );
  return rowCount ?? 0;
}

test('migrations run once, in order, also when two processes run them at the same time', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, upgrade } = await pantry(resources);
  const applied = await Promise.all([upgrade(), upgrade()]);
  expect(applied.toSorted((a, b) => a.length - b.length)).toEqual([[], ['001_first', '002_second']]);
  expect(await upgrade()).toEqual([]);
  expect(await jars(pool)).toEqual(['jam']);
});

test('the pool answers, under the name it was given', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await pantry(resources);
  await ping(pool);
  const { rows } = await pool.query("select current_setting('application_name') as name");
  expect(rows).toEqual([{ name: 'pantry' }]);
});

test('a transaction that fails leaves nothing behind, and its connection serves again', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, upgrade } = await pantry(resources);
  await upgrade();
  const failed = inTransaction(pool, async (client) => {
    await client.query("insert into pantry.jar (name) values ('honey')");
    throw new Error('dropped it');
  });
  await expect(failed).rejects.toThrow('dropped it');
  await inTransaction(pool, (client) => client.query("insert into pantry.jar (name) values ('pickles')"));
  expect(await jars(pool)).toEqual(['jam', 'pickles']);
  expect(pool.totalCount).toBe(1);
});

test('a transaction whose connection is cut is rejected and the connection thrown away', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, upgrade } = await pantry(resources);
  await upgrade();
  const cut = inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    const isThere = () =>
      client.query('select 1').then(
        () => true,
        () => false,
      );
    await expect.poll(isThere).toBe(false);
    await client.query("insert into pantry.jar (name) values ('ghost')");
  });
  await expect(cut).rejects.toThrow(/terminat|not queryable|ECONNRESET/i);
  expect(await jars(pool)).toEqual(['jam']);
});

test('of two consumers of one partition the second waits, and goes on where the first ended', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, upgrade } = await pantry(resources);
  await upgrade();
  const order: string[] = [];
  const taken = Promise.withResolvers<void>();
  const first = inTransaction(pool, async (client) => {
    expect(await takeOffset(client, 'pantry', 't', 0)).toBe(0n);
    taken.resolve();
    await expect.poll(() => waitingForLocks(pool)).toBe(1);
    order.push('first stores');
    await storeOffset(client, 'pantry', 't', 0, 9_007_199_254_740_993n);
  });
  await taken.promise;
  const second = inTransaction(pool, async (client) => {
    const offset = await takeOffset(client, 'pantry', 't', 0);
    order.push(`second reads ${offset}`);
  });
  await Promise.all([first, second]);
  expect(order).toEqual(['first stores', 'second reads 9007199254740993']);
});

test('an offset cannot be stored that was not taken', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, upgrade } = await pantry(resources);
  await upgrade();
  await expect(inTransaction(pool, (client) => storeOffset(client, 'pantry', 't', 0, 1n))).rejects.toThrow(
    'was not taken before',
  );
});
