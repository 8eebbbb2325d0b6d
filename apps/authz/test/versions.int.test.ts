import { inTransaction } from '@ssp/postgres';
import { expect, test } from 'vitest';
import { createRig, type Rig, rulesVersion, sync } from './rig.ts';

const history = async ({ pool }: Rig) =>
  (await pool.query('select asid, fqdn, since_version, until_version from authz.certificate_name_history'))
    .rows;
const changes = async ({ pool }: Rig) =>
  (await pool.query('select version, kind, who, why from authz.change order by version')).rows;

const historyRow = (fqdn: string, since: number) => ({
  asid: '1',
  fqdn,
  since_version: String(since),
  until_version: String(since + 1),
});

test('a transaction is one version, with who, when and why, however many rows it changes', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const before = Number(await rulesVersion(rig.pool));
  await inTransaction(rig.pool, async (client) => {
    await client.query(`
      select set_config('authz.who', 'ada', true), set_config('authz.why', 'ticket 7', true),
        set_config('authz.kind', 'rules', true)`);
    await client.query(`insert into authz.certificate_name values ('1', 'a'), ('2', 'b')`);
    await client.query(`insert into authz.interaction_alias values ('urn:nhs:x', 'urn:nhs:y')`);
  });
  expect(Number(await rulesVersion(rig.pool))).toBe(before + 1);
  expect((await changes(rig)).at(-1)).toEqual({
    version: String(before + 1),
    kind: 'rules',
    who: 'ada',
    why: 'ticket 7',
  });
});

test('a transaction that is given up leaves no version', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const before = await changes(rig);
  await expect(
    inTransaction(rig.pool, async (client) => {
      await client.query(`insert into authz.certificate_name values ('1', 'a')`);
      throw new Error('given up');
    }),
  ).rejects.toThrow('given up');
  expect(await changes(rig)).toEqual(before);
});

test('what is changed or removed stays in the history, between the versions in which it held', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const { pool } = rig;
  const first = Number(await rulesVersion(pool)) + 1;
  await pool.query(`insert into authz.certificate_name values ('1', 'a')`);
  await pool.query(`update authz.certificate_name set fqdn = 'b'`);
  await pool.query(`delete from authz.certificate_name`);
  expect(await history(rig)).toEqual([historyRow('a', first), historyRow('b', first + 1)]);
});

test('a row that came and went within one version leaves no history', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await inTransaction(rig.pool, async (client) => {
    await client.query(`insert into authz.certificate_name values ('1', 'a')`);
    await client.query(`update authz.certificate_name set fqdn = 'b'`);
    await client.query(`delete from authz.certificate_name`);
  });
  expect(await history(rig)).toEqual([]);
});

test('a table cannot be emptied past its history', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await expect(rig.pool.query('truncate authz.message_handler')).rejects.toThrow('keeps its history');
});

test('a load of the directory says so, and keeps what it replaces', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  const services = `ou=Services,${rig.baseDn}`;
  await rig.ldap.del(`uniqueIdentifier=S918999511007,${services}`);
  await sync(rig);
  expect((await changes(rig)).at(-1)).toMatchObject({ kind: 'directory', who: 'sync-sds' });
  const { rows } = await rig.pool.query(
    `select until_version from authz.message_handler_history where handler_id = 'S918999511007'`,
  );
  expect(rows).toEqual([{ until_version: await rulesVersion(rig.pool) }]);
});
