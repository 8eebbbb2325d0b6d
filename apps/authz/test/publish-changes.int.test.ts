import { RulesChanged } from '@ssp/contracts';
import { inTransaction } from '@ssp/postgres';
import { type Pool } from 'pg';
import { expect, test } from 'vitest';
import { readChangeEvent } from '../src/admin/read-change-event.ts';
import { startAdmin } from './admin-rig.ts';
import { createRig, rulesVersion, sync } from './rig.ts';

const changeOf = async (pool: Pool, version: string | undefined) => {
  const { rows } = await pool.query<{ version: string; at: Date; kind: string; who: string; why: string }>(
    'select version, at, kind, who, why from authz.change where version = $1',
    [version],
  );
  if (rows[0] === undefined) throw new Error(`there is no version ${version}`);
  return rows[0];
};

const eventOf = async (pool: Pool, version: string | undefined) => {
  const change = await changeOf(pool, version);
  return RulesChanged.schema.parse(await inTransaction(pool, (client) => readChangeEvent(client, change)));
};

const unpublished = async (pool: Pool) =>
  (await pool.query('select version from authz.change where published_at is null')).rowCount;

test('a change tells its rows before and after, also when later ones have replaced them', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await createRig(resources);
  await pool.query(`insert into authz.certificate_name values ('1', 'a'), ('2', 'b'), ('3', 'c')`);
  await inTransaction(pool, async (client) => {
    await client.query(`delete from authz.certificate_name where asid in ('1', '3')`);
    await client.query(`insert into authz.certificate_name values ('3', 'c'), ('4', 'd')`);
    await client.query(`insert into authz.interaction_policy values ('urn:nhs:x', 'deny', true)`);
  });
  const version = await rulesVersion(pool);
  await pool.query(
    `delete from authz.certificate_name; update authz.interaction_policy set internet = false`,
  );
  const { id, data } = await eventOf(pool, version);
  expect(id).toBe(`rules.changed.${version}`);
  expect(data).toMatchObject({
    version,
    kind: 'by-hand',
    tables: {
      certificate_name: { added: 1, removed: 1, changed: 0 },
      interaction_policy: { added: 1, removed: 0, changed: 0 },
    },
    rowsLeftOut: 0,
  });
  expect(data.rows).toHaveLength(3);
  expect(data.rows).toEqual(
    expect.arrayContaining([
      { table: 'certificate_name', before: { asid: '1', fqdn: 'a' }, after: null },
      { table: 'certificate_name', before: null, after: { asid: '4', fqdn: 'd' } },
      {
        table: 'interaction_policy',
        before: null,
        after: { interaction: 'urn:nhs:x', agreement: 'deny', internet: true },
      },
    ]),
  );
});

test('a great change tells a bounded number of its rows, a load of the directory none', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await rig.pool.query(
    `insert into authz.certificate_name select i::text, repeat('x', 900) from generate_series(1, 5000) i`,
  );
  const great = await eventOf(rig.pool, await rulesVersion(rig.pool));
  expect(great.data.rows.length + great.data.rowsLeftOut).toBe(5_000);
  expect(great.data.rows.length).toBeGreaterThan(100);
  expect(JSON.stringify(great).length).toBeLessThan(256 * 1_024);
  await sync(rig);
  const load = await eventOf(rig.pool, await rulesVersion(rig.pool));
  expect(load.data).toMatchObject({
    kind: 'directory',
    tables: { accredited_system: { added: expect.any(Number) } },
    rows: [],
  });
});

test('every kept table is told of', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await createRig(resources);
  const { rows } = await pool.query<{ table: string }>(
    `select replace(tablename, '_history', '') as table from pg_tables
     where schemaname = 'authz' and tablename like '%\\_history'`,
  );
  for (const { table } of rows) {
    await pool.query(`delete from authz.${table}`);
    const columns = await pool.query<{ names: string; values: string }>(
      `select string_agg(quote_ident(column_name), ', ') as names,
         string_agg(case data_type when 'ARRAY' then '''{}''' when 'integer' then '1'
           else case column_name when 'effect' then '''allow''' else '''x''' end end, ', ') as values
       from information_schema.columns
       where table_schema = 'authz' and table_name = $1 and is_nullable = 'NO'
         and column_name not in ('since_version', 'internet') and is_generated = 'NEVER'`,
      [table],
    );
    await pool.query(
      `insert into authz.${table} (${columns.rows[0]?.names}) values (${columns.rows[0]?.values})`,
    );
    const { data } = await eventOf(pool, await rulesVersion(pool));
    expect(data.tables).toEqual({ [table]: { added: 1, removed: 0, changed: 0 } });
  }
});

test('changes are told at once, those from before the start too', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  for (let i = 0; i < 12; i += 1) {
    await rig.pool.query(`insert into authz.certificate_name values ('1', $1)`, [`name-${i}`]);
  }
  const { service } = await startAdmin(rig, resources);
  await expect.poll(() => unpublished(rig.pool), { timeout: 60_000 }).toBe(0);
  await rig.pool.query(`delete from authz.certificate_name`);
  await expect.poll(() => unpublished(rig.pool)).toBe(0);
  await expect.poll(() => service.metrics.metrics()).toContain('ssp_authz_changes_published_total 14');
});

test('with Kafka away a change stands, the backlog shows, and it is told later', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  {
    await using scope = new AsyncDisposableStack();
    const { service } = await startAdmin(rig, scope, { KAFKA_BROKERS: '127.0.0.1:1' });
    await rig.pool.query(`insert into authz.certificate_name values ('1', 'a')`);
    await expect.poll(() => service.metrics.metrics()).toContain('ssp_authz_changes_unpublished 1');
    await expect
      .poll(() => service.health.report())
      .toMatchObject({ ready: true, checks: { audit: expect.stringContaining('not told') } });
  }
  await startAdmin(rig, resources);
  await expect.poll(() => unpublished(rig.pool), { timeout: 60_000 }).toBe(0);
});
