import { openPool, requireRole, toPostgresConfig } from '@ssp/postgres';
import { createService } from '@ssp/service';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Pool } from 'pg';
import { expect, test } from 'vitest';
import { createRig, type Rig, startDecisions, sync } from './rig.ts';

type Role = 'ssp_authz_read' | 'ssp_authz_write';

function poolAs(rig: Rig, role: string, resources: AsyncDisposableStack) {
  const { POSTGRES_URL = '', POSTGRES_PASSWORD_FILE } = rig.postgresEnvironment;
  const config = toPostgresConfig(
    { POSTGRES_URL, POSTGRES_PASSWORD_FILE, POSTGRES_ROLE: role, POSTGRES_POOL_SIZE: 2 },
    'test',
  );
  return { config, pool: openPool(config, createService('test', resources).log, resources) };
}

const permitted = async (pool: Pool, role: Role) => {
  const { rows } = await pool.query<{ table: string; rights: string[] }>(
    `select relname as table, array(
       select right_name from unnest(array['insert', 'update', 'delete', 'truncate', 'trigger']) as right_name
       where has_table_privilege($1, oid, right_name)) as rights
     from pg_class where relnamespace = 'authz'::regnamespace and relkind in ('r', 'p')`,
    [role],
  );
  return rows.filter(({ rights }) => rights.length > 0);
};

test('the decision process runs, and its role can write nothing', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  const { service } = await startDecisions(rig, resources);
  expect(await service.health.report()).toMatchObject({ ready: true });
  expect(await permitted(rig.pool, 'ssp_authz_read')).toEqual([]);
  const { pool } = poolAs(rig, 'ssp_authz_read', resources);
  for (const statement of [
    `insert into authz.certificate_name values ('1', 'a')`,
    `update authz.agreement set effect = 'allow'`,
    'delete from authz.agreement',
    'truncate authz.agreement',
    `insert into authz.change values (99, now(), 'x', 'x', 'x')`,
    'update authz.rules_version set version = 0',
    'select version from authz.rules_version for update',
    'select authz.begin_change()',
    `select authz.mark_published('{1}')`,
    'drop table authz.agreement',
    'alter table authz.agreement disable trigger all',
    'create table authz.mine ()',
  ]) {
    await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' });
  }
  await expect(pool.query('reset role; delete from authz.agreement')).rejects.toMatchObject({
    code: '42501',
  });
});

test('who writes can rewrite neither history nor who changed what', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const { pool } = poolAs(rig, 'ssp_authz_write', resources);
  await pool.query(`insert into authz.certificate_name values ('1', 'a')`);
  await pool.query(`delete from authz.certificate_name`);
  for (const statement of [
    'delete from authz.certificate_name_history',
    `update authz.certificate_name_history set fqdn = 'b'`,
    `insert into authz.certificate_name_history values ('1', 'b', 1, 2)`,
    'truncate authz.certificate_name_history',
    'drop table authz.certificate_name_history',
    `update authz.change set who = 'somebody else'`,
    'delete from authz.change',
    `insert into authz.change values (99, now(), 'x', 'x', 'x')`,
    'update authz.rules_version set version = 0',
    'truncate authz.certificate_name',
    'alter table authz.certificate_name disable trigger all',
    'drop function authz.keep_history() cascade',
    `set session_replication_role = 'replica'`,
  ]) {
    await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' });
  }
});

test('a session that claims a version of old makes one of its own all the same', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const { pool } = poolAs(rig, 'ssp_authz_write', resources);
  const versions = async () => (await pool.query('select version from authz.change')).rowCount ?? 0;
  await pool.query(`insert into authz.certificate_name values ('1', 'a')`);
  const before = await versions();
  await pool.query(
    `begin; select set_config('authz.version', '1', true); delete from authz.certificate_name; commit`,
  );
  expect(await versions()).toBe(before + 1);
});

test('every table is either written or kept, and later ones are thought of', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const written = (await permitted(rig.pool, 'ssp_authz_write')).map(({ table }) => table);
  expect(written).toContain('agreement');
  expect(written.filter((table) => /_history$|^change$|^rules_version$|^migration$/.test(table))).toEqual([]);
  const open = await rig.pool.query(
    `select proname from pg_proc where pronamespace = 'authz'::regnamespace
       and has_function_privilege('public', oid, 'execute')`,
  );
  expect(open.rows).toEqual([]);
});

test('logins of their own in the group roles do without POSTGRES_ROLE', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const login = `reader_${randomUUID().replaceAll('-', '')}`;
  await rig.pool.query(`create role ${login} login in role ssp_authz_read`);
  resources.defer(async () => void (await rig.pool.query(`drop role ${login}`)));
  const { rows } = await rig.pool.query(
    `select has_table_privilege($1, 'authz.agreement', 'select') as reads,
       has_table_privilege($1, 'authz.agreement', 'insert') as writes`,
    [login],
  );
  expect(rows).toEqual([{ reads: true, writes: false }]);
});

test('a login that is no member of a role that is there is refused too, and is named', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const { POSTGRES_URL = '', POSTGRES_PASSWORD_FILE = '' } = rig.postgresEnvironment;
  const login = `outsider_${randomUUID().replaceAll('-', '')}`;
  const password = (await readFile(POSTGRES_PASSWORD_FILE, 'utf8')).trim();
  await rig.pool.query(`create role ${login} login password '${password}'`);
  resources.defer(async () => void (await rig.pool.query(`drop role ${login}`)));
  const url = new URL(POSTGRES_URL);
  url.username = login;
  const outside = { ...rig, postgresEnvironment: { ...rig.postgresEnvironment, POSTGRES_URL: url.href } };
  const required = async (role: Role) => {
    await using scope = new AsyncDisposableStack();
    const { config, pool } = poolAs(outside, role, scope);
    await requireRole(pool, config);
  };
  await expect(required('ssp_authz_read')).rejects.toThrow(`grant ssp_authz_read to ${login}`);
  await rig.pool.query(`grant ssp_authz_read to ${login}`);
  await required('ssp_authz_read');
  await expect(required('ssp_authz_write')).rejects.toThrow(`grant ssp_authz_write to ${login}`);
});

test('a login with more rights than its role has those of the role alone', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const { config, pool } = poolAs(rig, 'ssp_authz_read', resources);
  await requireRole(pool, config);
  const { rows } = await pool.query(
    `select current_user as acting, has_table_privilege(session_user, 'authz.agreement', 'insert') as may,
       has_table_privilege('authz.agreement', 'insert') as does`,
  );
  expect(rows).toEqual([{ acting: 'ssp_authz_read', may: true, does: false }]);
});

test('a service whose login is no member of its role refuses to start, with the remedy', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const { config, pool } = poolAs(rig, 'no_such_role', resources);
  await expect(requireRole(pool, config)).rejects.toThrow(/act as no_such_role .*grant no_such_role to/);
  await expect(startDecisions(rig, resources, { POSTGRES_ROLE: 'no_such_role' })).rejects.toThrow(
    'POSTGRES_ROLE',
  );
});
