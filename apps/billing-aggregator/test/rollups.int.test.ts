import { seededRandom } from '@ssp/testing';
import { type Pool } from 'pg';
import { expect, test } from 'vitest';
import { rollPeriod, rollUsage } from '../src/rollups/roll-usage.ts';
import { billingRig, tokens } from './rig.ts';
import { storeUsage } from './store-usage.ts';
import { checkAnswers, drawUsages } from './usage-questions.ts';

/** When all that is drawn has ended, and its last month has not. */
const now = new Date('2025-03-15T00:00:00.000Z');

async function rollAll(pool: Pool): Promise<void> {
  while ((await Array.fromAsync(rollUsage(pool, now))).length > 0);
}

async function rolled(pool: Pool): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ grain: string; periods: number }>(
    'select grain, count(*)::int as periods from billing.rolled_period group by grain',
  );
  return Object.fromEntries(rows.map(({ grain, periods }) => [grain, periods]));
}

test('answers are the same from sums as from what was counted: before, after, with late events, and once these are summed up', async () => {
  await using resources = new AsyncDisposableStack();
  const billing = await billingRig(resources);
  const draw = seededRandom(11).below;
  const first = drawUsages(2_000, '2025-01-30T00:00:00.000Z', 24 * 40, draw);
  await storeUsage(billing.pool, first);
  await rollAll(billing.pool);
  expect(await rolled(billing.pool)).toEqual({ hour: (31 + 28 + 14) * 24 - 1, day: 31 + 28 + 13, month: 2 });
  const api = await billing.startApi();
  const ask = (path: string) =>
    fetch(`${api}${path}`, { headers: { authorization: `Bearer ${tokens.billing}` } });
  await checkAnswers(first, ask);

  const late = drawUsages(60, '2025-01-30T00:00:00.000Z', 24 * 40, draw);
  await storeUsage(billing.pool, late);
  await checkAnswers([...first, ...late], ask);

  await rollAll(billing.pool);
  const { rows } = await billing.pool.query('select hour from billing.stale_hour');
  expect(rows).toEqual([]);
  expect(await rolled(billing.pool)).toMatchObject({ month: 2 });
  expect(await checkAnswers([...first, ...late], ask)).toBeGreaterThan(10);
});

test('answers come from the sums where there are any', async () => {
  await using resources = new AsyncDisposableStack();
  const billing = await billingRig(resources);
  await storeUsage(billing.pool, drawUsages(200, '2025-02-01T00:00:00.000Z', 24 * 20, seededRandom(3).below));
  await rollAll(billing.pool);
  await billing.pool.query(
    `update billing.usage_rollup set requests = requests + 1 where cube = 'total' and grain = 'month'`,
  );
  const api = await billing.startApi();
  const headers = { authorization: `Bearer ${tokens.billing}` };
  const report = await (await fetch(`${api}/v1/usage?month=2025-02`, { headers })).json();
  expect(report).toMatchObject({ totals: { requests: 201 } });
});

test('what is counted while its hour is summed up is in the sums, or marked', async () => {
  await using resources = new AsyncDisposableStack();
  const billing = await billingRig(resources);
  const usages = drawUsages(400, '2025-03-01T00:00:00.000Z', 6, seededRandom(5).below);
  const rolling = (async () => {
    for (let turn = 0; turn < 5; turn += 1) await Array.fromAsync(rollUsage(billing.pool, now));
  })();
  for (let at = 0; at < usages.length; at += 20) await storeUsage(billing.pool, usages.slice(at, at + 20));
  await rolling;
  await rollAll(billing.pool);
  const { rows } = await billing.pool.query<{ requests: number }>(
    `select sum(requests)::int as requests from billing.usage_rollup where cube = 'total' and grain = 'hour'`,
  );
  expect(rows).toEqual([{ requests: usages.length }]);
});

test('a month is not summed up while another process has one of its days to sum up again', async () => {
  await using resources = new AsyncDisposableStack();
  const billing = await billingRig(resources);
  const draw = seededRandom(7).below;
  await storeUsage(billing.pool, drawUsages(100, '2025-02-01T00:00:00.000Z', 24 * 28, draw));
  await rollAll(billing.pool);
  const lateHour = new Date('2025-02-10T05:00:00.000Z');
  await storeUsage(billing.pool, drawUsages(1, lateHour.toISOString(), 1, draw));
  await rollPeriod(billing.pool, 'hour', lateHour);
  // As a process does that had looked which months are whole before.
  await rollPeriod(billing.pool, 'month', new Date('2025-02-01T00:00:00.000Z'));
  expect(await rolled(billing.pool)).not.toHaveProperty('month');
  await rollAll(billing.pool);
  const { rows } = await billing.pool.query(
    `select sum(requests)::int as requests from billing.usage_rollup where cube = 'total' and grain = 'month'`,
  );
  expect(rows).toEqual([{ requests: 101 }]);
});

test('periods that were summed up before some sums were there are answered from the others, and get these', async () => {
  await using resources = new AsyncDisposableStack();
  const billing = await billingRig(resources);
  const { pool } = billing;
  const usages = drawUsages(600, '2025-02-08T00:00:00.000Z', 24 * 30, seededRandom(13).below);
  await storeUsage(pool, usages);
  await pool.query('update billing.usage_hour set kind = null');
  await rollAll(pool);
  const later = ['consumers', 'service'];
  const sums = async () => {
    const { rows } = await pool.query<object>(
      `select * from billing.usage_rollup join billing.usage_rollup_sketch using (cube, grain, start, key)
       where cube = any($1) order by cube, grain, start, key`,
      [later],
    );
    return rows;
  };
  const made = await sums();
  // As the version before leaves a database.
  for (const table of ['usage_rollup', 'usage_rollup_sketch', 'rollup_key'])
    await pool.query(`delete from billing.${table} where cube = any($1)`, [later]);
  await pool.query(
    `update billing.rolled_period set cubes = array['total', 'supplier', 'kind', 'provider', 'consumer', 'all']`,
  );
  const api = await billing.startApi();
  const ask = (path: string) =>
    fetch(`${api}${path}`, { headers: { authorization: `Bearer ${tokens.billing}` } });
  await checkAnswers(usages, ask);

  await rollAll(pool);
  expect(made.length).toBeGreaterThan(500);
  expect(await sums()).toEqual(made);
  await checkAnswers(usages, ask);
});

test('sums that a process of the version before makes are not taken', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await billingRig(resources);
  const summed = pool.query(
    `insert into billing.rolled_period (grain, start) values ('hour', '2025-02-01T00:00Z')`,
  );
  await expect(summed).rejects.toThrow('cubes');
});
