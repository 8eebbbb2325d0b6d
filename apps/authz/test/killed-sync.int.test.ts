import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { breakableLink } from '@ssp/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createRig, type Rig, rulesVersion, sync } from './rig.ts';

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());
let rig: Rig;
let former: unknown;

beforeAll(async () => {
  rig = await createRig(resources);
  await sync(rig);
  former = await held();
  // Something to add, to change and to remove, so that a half would show.
  const services = `ou=Services,${rig.baseDn}`;
  await rig.ldap.del(`uniqueIdentifier=S918999511007,${services}`);
  await rig.ldap.modifyDN(`uniqueIdentifier=S918999511008,${services}`, 'uniqueIdentifier=S918999511998');
});

// Everything that a load writes, and the version.
async function held(): Promise<unknown> {
  const { rows } = await rig.pool.query(`
    select
      (select md5(string_agg(it::text, '' order by asid)) from authz.accredited_system as it) as systems,
      (select md5(string_agg(it::text, '' order by handler_id)) from authz.message_handler as it) as handlers,
      (select count(*) from authz.message_handler_history) as history,
      (select md5(string_agg(it::text, '' order by dn)) from authz.directory_entry as it) as entries,
      (select loaded_at from authz.directory_load) as loaded_at,
      (select count(*) from authz.change) as changes`);
  return { ...rows[0], version: await rulesVersion(rig.pool) };
}

function start(environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/sync-sds.main.ts'), '--once'], {
    env: { ...rig.syncEnvironment, ...environment },
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    expect(await exited).toEqual([null, 'SIGKILL']);
  };
  return { kill };
}

// A load that waits for a lock which a test holds, and has written what comes before it.
const waiting = async () =>
  (
    await rig.pool.query(`
      select from pg_stat_activity
      where datname = current_database() and application_name = 'authz-sync-sds' and wait_event_type = 'Lock'`)
  ).rowCount;
const connections = async () =>
  (
    await rig.pool.query(`
      select from pg_stat_activity
      where datname = current_database() and application_name = 'authz-sync-sds'`)
  ).rowCount;

test.for([
  { moment: 'as it begins', lock: 'select pg_advisory_lock(7311405)' },
  { moment: 'before its transaction changes anything', lock: 'lock table authz.rules_version' },
  { moment: 'as it looks for what is gone', lock: 'lock table authz.organisation' },
  { moment: 'as it begins the version', lock: 'lock table authz.change' },
  {
    moment: 'with the systems written, at the handlers’ history',
    lock: 'lock table authz.message_handler_history',
  },
  { moment: 'with all rows written', lock: 'lock table authz.directory_entry' },
  { moment: 'with all written, before the commit', lock: 'lock table authz.directory_load' },
])('a load killed $moment leaves the old directory', async ({ lock }) => {
  const holder = await rig.pool.connect();
  try {
    await holder.query('begin');
    await holder.query(lock);
    const { kill } = start();
    await vi.waitFor(async () => expect(await waiting()).toBe(1), { timeout: 60_000, interval: 20 });
    await kill();
  } finally {
    holder.release(true);
  }
  await vi.waitFor(async () => expect(await connections()).toBe(0), { timeout: 30_000, interval: 20 });
  expect(await held()).toEqual(former);
});

test.for([{ bytes: 2_000 }, { bytes: 9_000 }, { bytes: 30_000 }])(
  'a load killed while it reads, $bytes bytes after its beginning, leaves the old directory',
  async ({ bytes }) => {
    await using linking = new AsyncDisposableStack();
    const stalled = Promise.withResolvers<void>();
    const link = await breakableLink(rig.syncEnvironment['SDS_URL'] ?? '', linking, (answered) => {
      if (answered < bytes) return;
      link.stall();
      stalled.resolve();
    });
    const { kill } = start({ SDS_URL: link.url });
    await stalled.promise;
    await kill();
    await vi.waitFor(async () => expect(await connections()).toBe(0), { timeout: 30_000, interval: 20 });
    expect(await held()).toEqual(former);
  },
);

test('the next load takes all of it in at once', async () => {
  expect(await sync(rig)).toMatchObject({ result: 'changed', changes: 3 });
});
