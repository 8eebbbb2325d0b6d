import { HeldLimits, LimitsChanged, LimitsDiff, LimitsHistory, ThrottleUseAnswer } from '@ssp/contracts';
import { inTransaction } from '@ssp/postgres';
import { expect, test } from 'vitest';
import { readLimitsEvent } from '../src/admin/read-limits-event.ts';
import { readStoredLimits } from '../src/limits/stored-limits.ts';
import { createTables, limitsText, startAdmin, startCounting, tokens } from './limits-rig.ts';
import { ask } from './throttle-rig.ts';

test('limits are looked at, changed on a ground, and every version is kept with who and why', async () => {
  await using resources = new AsyncDisposableStack();
  const { environment } = await createTables(resources);
  const admin = await startAdmin(environment, resources);
  const before = HeldLimits.parse((await admin('GET', '/v1/limits')).body);
  expect(before).toMatchObject({ version: '0', kind: 'default', text: null });

  const shown = await admin('POST', '/v1/limits/diff', { text: limitsText(5) });
  const diff = LimitsDiff.parse(shown.body);
  expect(diff).toMatchObject({ version: '0', counts: { added: 0, changed: 2, removed: 4 } });
  const change = { text: limitsText(5), version: diff.version, why: 'review 12' };
  const made = LimitsDiff.parse((await admin('PUT', '/v1/limits', change)).body);
  expect(made).toEqual({ ...diff, version: '1' });

  expect(HeldLimits.parse((await admin('GET', '/v1/limits')).body)).toMatchObject({
    version: '1',
    who: 'operator:ada',
    why: 'review 12',
    kind: 'operator',
    text: limitsText(5),
    document: { limits: [{ id: 'consumers', burst: 5 }] },
  });
  // The same again is no other version.
  expect(await admin('PUT', '/v1/limits', { ...change, version: '1' })).toMatchObject({
    status: 200,
    body: { version: '1', changes: [] },
  });
  await admin('PUT', '/v1/limits', { text: limitsText(6), version: '1', why: 'review 13' });
  const { versions } = LimitsHistory.parse((await admin('GET', '/v1/limits/history')).body);
  expect(versions.map(({ version, why }) => [version, why])).toEqual([
    ['2', 'review 13'],
    ['1', 'review 12'],
  ]);
  expect(await admin('GET', '/v1/limits/history/1')).toMatchObject({ body: { text: limitsText(5) } });
  expect(await admin('GET', '/v1/limits/history/9')).toMatchObject({ status: 404 });
  const { body } = await admin('GET', '/v1/limits/export');
  expect(body).toMatchObject({ version: '2', text: expect.stringContaining('# ') });
});

test('a faulty file, an overtaken change and a role that only reads change nothing', async () => {
  await using resources = new AsyncDisposableStack();
  const { environment } = await createTables(resources);
  const admin = await startAdmin(environment, resources);
  const change = { text: limitsText(5), version: '0', why: 'a test' };
  expect(await admin('PUT', '/v1/limits', { ...change, text: limitsText(0) })).toMatchObject({
    status: 422,
    body: { faults: [{ line: 6, column: 62, path: 'limits[0].burst' }], faultCount: 1 },
  });
  expect(await admin('PUT', '/v1/limits', { ...change, why: ' ' })).toMatchObject({ status: 400 });
  expect(await admin('PUT', '/v1/limits', change, tokens.auditor)).toMatchObject({ status: 403 });
  expect(await admin('GET', '/v1/limits', undefined, tokens.billing)).toMatchObject({ status: 403 });
  expect(await admin('GET', '/v1/limits', undefined, 'wrong')).toMatchObject({ status: 401 });
  expect(await admin('GET', '/v1/limits', undefined, tokens.auditor)).toMatchObject({
    status: 200,
    body: { version: '0' },
  });
  // Of two at the same time one is first, and the other is shown what it did not see.
  const both = await Promise.all(
    [5, 6].map((burst) => admin('PUT', '/v1/limits', { ...change, text: limitsText(burst) })),
  );
  expect(both.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 412]);
  expect(both.find(({ status }) => status === 412)?.body).toMatchObject({
    changedSince: [{ version: '1', who: 'operator:ada' }],
  });
});

test('no version can be changed or removed, and throttle can add none', async () => {
  await using resources = new AsyncDisposableStack();
  const { environment, pool } = await createTables(resources);
  const admin = await startAdmin(environment, resources);
  await admin('PUT', '/v1/limits', { text: limitsText(5), version: '0', why: 'a test' });
  for (const statement of [
    `update throttle.limits_version set who = 'x'`,
    'delete from throttle.limits_version',
    'truncate throttle.limits_version',
  ]) {
    await expect(pool.query(statement)).rejects.toThrow('keeps every version');
    await expect(as('ssp_throttle_write', statement)).rejects.toThrow('permission denied');
  }
  const insert = `insert into throttle.limits_version (who, why, document, text) values ('w', 'w', '{}', '')`;
  await expect(as('ssp_throttle_read', insert)).rejects.toThrow('permission denied');

  async function as(role: string, statement: string): Promise<void> {
    const client = await pool.connect();
    try {
      await client.query(`set role ${role}`);
      await client.query(statement);
    } finally {
      client.release(true);
    }
  }
});

test("a consumer's use is told as throttle tells it", async () => {
  await using resources = new AsyncDisposableStack();
  const { environment } = await createTables(resources);
  const storing = await startAdmin(environment, resources);
  await storing('PUT', '/v1/limits', { text: limitsText(5), version: '0', why: 'a test' });
  const { url, decide } = await startCounting(environment, resources);
  const admin = await startAdmin({ ...environment, THROTTLE_URL: url }, resources);
  await decide();
  const use = ThrottleUseAnswer.parse((await admin('GET', `/v1/use/${ask.from}`)).body);
  expect(use).toMatchObject({
    version: '1',
    consumers: [{ asid: ask.from, limits: [{ rule: 'consumers', use: { remaining: 4 } }] }],
  });
  expect(await admin('GET', '/v1/use/7')).toMatchObject({ status: 400 });
});

test('each version is told to the audit once Kafka takes it, with what it changed', async () => {
  await using resources = new AsyncDisposableStack();
  const { environment, pool } = await createTables(resources);
  const untold = async () =>
    (await pool.query('select from throttle.limits_version where published_at is null')).rowCount;
  {
    await using scope = new AsyncDisposableStack();
    const admin = await startAdmin({ ...environment, KAFKA_BROKERS: '127.0.0.1:1' }, scope);
    await admin('PUT', '/v1/limits', { text: limitsText(5), version: '0', why: 'first' });
    await admin('PUT', '/v1/limits', { text: limitsText(6), version: '1', why: 'second' });
    expect(await untold()).toBe(2);
  }
  const admin = await startAdmin(environment, resources);
  await expect.poll(untold, { timeout: 60_000 }).toBe(0);
  expect(LimitsHistory.parse((await admin('GET', '/v1/limits/history')).body)).toMatchObject({
    versions: [{ publishedAt: expect.any(String) }, { publishedAt: expect.any(String) }],
  });
  const event = await inTransaction(pool, async (client) => {
    const stored = await readStoredLimits(client, '2');
    return stored === null ? null : readLimitsEvent(client, stored);
  });
  expect(LimitsChanged.schema.parse(event)).toMatchObject({
    id: 'limits.changed.2',
    data: {
      version: '2',
      kind: 'operator',
      who: 'operator:ada',
      why: 'second',
      counts: { added: 0, changed: 1, removed: 0 },
      changes: [{ section: 'limits', key: ['consumers'], fields: [{ field: 'burst', from: '5', to: '6' }] }],
      changesLeftOut: 0,
    },
  });
});
