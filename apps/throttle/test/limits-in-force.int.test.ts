import { breakableLink, startOwnTime } from '@ssp/testing';
import { type Pool } from 'pg';
import { expect, test } from 'vitest';
import { createTables, limitsText, startAdmin, startCounting } from './limits-rig.ts';

/** What is promised, of the time that throttle and Postgres have. */
const inForceMs = 1_000;

const startClock = (pool: Pool, resources: AsyncDisposableStack) =>
  startOwnTime(resources, () => pool.query('select'));

test('a change is in force in every throttle within a second, without a restart', async () => {
  await using resources = new AsyncDisposableStack();
  const { environment, pool } = await createTables(resources);
  const ownMs = startClock(pool, resources);
  const throttles = [
    await startCounting(environment, resources),
    await startCounting(environment, resources),
  ];
  const decisions = () => Promise.all(throttles.map(({ decide }) => decide()));
  expect(await decisions()).toMatchObject([{ version: '0' }, { version: '0' }]);

  const admin = await startAdmin(environment, resources);
  for (const [version, burst] of [
    ['0', 5],
    ['1', 9],
  ] as const) {
    expect(
      await admin('PUT', '/v1/limits', { text: limitsText(burst), version, why: 'a test' }),
    ).toMatchObject({ status: 200 });
    const next = { admission: 'admit', limit: burst, version: String(Number(version) + 1) };
    const storedAtMs = ownMs();
    await expect.poll(decisions, { interval: 50 }).toEqual([next, next]);
    expect(ownMs() - storedAtMs).toBeLessThan(inForceMs);
  }
  expect(await throttles[0]?.metrics()).toMatch(/^ssp_throttle_limits_version 2$/m);
});

test('a notification that is lost delays a change by no more than a second', async () => {
  await using resources = new AsyncDisposableStack();
  const { environment, pool } = await createTables(resources);
  const { decide } = await startCounting(environment, resources);
  const ownMs = startClock(pool, resources);
  await pool.query(`alter table throttle.limits_version disable trigger number_version`);
  await pool.query(
    `insert into throttle.limits_version (version, at, who, why, document, text) values (1, now(), 'w', 'w', $1, '')`,
    [storedLimits(7)],
  );
  const storedAtMs = ownMs();
  await expect.poll(decide, { interval: 50 }).toMatchObject({ version: '1', limit: 7 });
  expect(ownMs() - storedAtMs).toBeLessThan(inForceMs);
});

const storedLimits = (burst: number) => ({
  classes: {},
  costs: {},
  shares: { weights: {}, below: 0 },
  limits: [{ id: 'consumers', per: 'consumer', perSecond: 0.001, burst, mode: 'enforce' }],
});

const store = (pool: Pool, document: unknown) =>
  pool.query(`insert into throttle.limits_version (who, why, document, text) values ('w', 'w', $1, '')`, [
    document,
  ]);

/** The same environment with Postgres behind a link. */
async function throughLink(environment: { readonly POSTGRES_URL: string }, resources: AsyncDisposableStack) {
  const link = await breakableLink(environment.POSTGRES_URL, resources);
  return { link, linked: { ...environment, POSTGRES_URL: link.url } };
}

test('a document that cannot be read leaves the limits before it in force, and is told of', async () => {
  await using resources = new AsyncDisposableStack();
  const { environment, pool } = await createTables(resources);
  await store(pool, storedLimits(5));
  const { decide, metrics, report } = await startCounting(environment, resources);
  expect(await decide()).toMatchObject({ version: '1', limit: 5 });
  await store(pool, { limits: 'none' });
  await expect.poll(metrics).toMatch(/^ssp_throttle_limits_unreadable_total 1$/m);
  expect(await decide()).toMatchObject({ version: '1', limit: 5 });
  expect(await report()).toMatchObject({
    ready: true,
    checks: { limits: 'ok, but version 2 of the limits cannot be read' },
  });
  await store(pool, storedLimits(6));
  await expect.poll(decide, { interval: 50 }).toMatchObject({ version: '3', limit: 6 });
  expect(await report()).toMatchObject({ checks: { limits: 'ok' } });
});

test('Postgres away leaves the limits in force, and what changed meanwhile is taken up once it is back', async () => {
  await using resources = new AsyncDisposableStack();
  const { environment } = await createTables(resources);
  const { link, linked } = await throughLink(environment, resources);
  const admin = await startAdmin(environment, resources);
  await admin('PUT', '/v1/limits', { text: limitsText(5), version: '0', why: 'a test' });

  link.cut();
  const { decide, report } = await startCounting(linked, resources);
  expect(await decide()).toMatchObject({ version: '0', admission: 'admit' });
  expect(await report()).toMatchObject({
    ready: true,
    checks: { limits: 'ok, but Postgres does not tell the limits' },
  });
  link.mend();
  await expect.poll(decide, { interval: 50 }).toMatchObject({ version: '1', limit: 5 });

  link.cut();
  await admin('PUT', '/v1/limits', { text: limitsText(6), version: '1', why: 'a test' });
  expect(await decide()).toMatchObject({ version: '1', limit: 5 });
  link.mend();
  await expect.poll(decide, { interval: 50 }).toMatchObject({ version: '2', limit: 6 });
});

test('a version that cannot be read is told of until another one can, also after Postgres was away', async () => {
  await using resources = new AsyncDisposableStack();
  const { environment, pool } = await createTables(resources);
  const { link, linked } = await throughLink(environment, resources);
  const { report } = await startCounting(linked, resources);
  const told = async () => (await report()).checks['limits'];
  await store(pool, { limits: 'none' });
  const unreadable = 'ok, but version 1 of the limits cannot be read';
  await expect.poll(told, { interval: 50 }).toBe(unreadable);

  link.cut();
  const away = 'ok, but Postgres does not tell the limits';
  await expect.poll(told, { interval: 50 }).toBe(away);
  link.mend();
  await expect.poll(told, { interval: 50 }).not.toBe(away);
  expect(await told()).toBe(unreadable);
  await store(pool, storedLimits(6));
  await expect.poll(told, { interval: 50 }).toBe('ok');
});
