import { createService, readConfig } from '@ssp/service';
import { breakableLink } from '@ssp/testing';
import { Attribute, Change } from 'ldapts';
import { expect, test } from 'vitest';
import { loadDirectory, type Pass } from '../src/load-directory.ts';
import { createEntriesRemembered } from '../src/remember-entries.ts';
import { SyncSdsConfig } from '../src/sync-sds-config.ts';
import { startSyncSds } from '../src/sync-sds.ts';
import { connectionsAsking, createRig, type Rig, rulesVersion, sync, textsOf } from './rig.ts';

const asid = '918999198738';
const handlerId = 'S918999511007';

const dnOf = (rig: Rig, id: string) => `uniqueIdentifier=${id},ou=Services,${rig.baseDn}`;

async function modify(rig: Rig, id: string, type: string, value: string): Promise<void> {
  const modification = new Attribute({ type, values: [value] });
  await rig.ldap.modify(dnOf(rig, id), new Change({ operation: 'replace', modification }));
}

async function addCopy(rig: Rig, id: string, newId: string): Promise<void> {
  const { searchEntries } = await rig.ldap.search(dnOf(rig, id), { scope: 'base' });
  const { dn: _dn, ...attributes } = { ...searchEntries[0], uniqueIdentifier: [newId] };
  await rig.ldap.add(dnOf(rig, newId), textsOf(attributes));
}

function load(
  rig: Rig,
  pass: Pass,
  overrides: Readonly<Record<string, string>> = {},
  remembered = createEntriesRemembered(),
) {
  const config = readConfig(SyncSdsConfig, { ...rig.syncEnvironment, ...overrides });
  const { signal } = new AbortController();
  return loadDirectory(pass, { config, pool: rig.pool, remembered, signal, progress: () => undefined });
}

const namesOf = async ({ pool }: Rig, id: string) =>
  (await pool.query('select fqdn from authz.message_handler where handler_id = $1', [id])).rows.map(
    ({ fqdn }) => fqdn,
  );

test.for([{ pass: 'changes' }, { pass: 'listing' }] as const)(
  'a load of $pass takes in what was added and modified, and nothing else',
  async ({ pass }) => {
    await using resources = new AsyncDisposableStack();
    const rig = await createRig(resources);
    await sync(rig);
    expect(await load(rig, pass)).toEqual({ result: 'unchanged' });
    await modify(rig, handlerId, 'nhsMhsFQDN', 'new.nhs.uk');
    await addCopy(rig, handlerId, 'S1');
    expect(await load(rig, pass)).toMatchObject({ result: 'changed', changes: 2 });
    expect(await namesOf(rig, handlerId)).toEqual(['new.nhs.uk']);
    expect(await namesOf(rig, 'S1')).toEqual(['new.nhs.uk']);
    expect(await load(rig, pass)).toEqual({ result: 'unchanged' });
  },
);

test('what is gone is seen by a listing, and not by what changed', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  await rig.ldap.del(dnOf(rig, handlerId));
  expect(await load(rig, 'changes')).toEqual({ result: 'unchanged' });
  expect(await load(rig, 'listing')).toMatchObject({ result: 'changed', changes: 1 });
  expect(await namesOf(rig, handlerId)).toEqual([]);
  expect(await sync(rig)).toEqual({ result: 'unchanged' });
});

test('what a loader remembers from listing to listing stays true, whoever writes', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  const ours = createEntriesRemembered();
  const listing = () => load(rig, 'listing', {}, ours);
  expect(await listing()).toEqual({ result: 'unchanged' });
  await addCopy(rig, handlerId, 'S1');
  expect(await load(rig, 'changes', {}, ours)).toMatchObject({ result: 'changed' });
  await addCopy(rig, handlerId, 'S2');
  expect(await listing()).toMatchObject({ changes: 1 });
  expect(await listing()).toEqual({ result: 'unchanged' });
  for (const id of ['S1', handlerId]) await rig.ldap.del(dnOf(rig, id));
  expect(await listing()).toMatchObject({ changes: 2 });
  await addCopy(rig, 'S2', 'S1');
  expect(await listing()).toMatchObject({ changes: 1 });
  // Another loader takes one out and one in, and the tables lose what it knew.
  await rig.ldap.del(dnOf(rig, 'S1'));
  expect(await load(rig, 'listing')).toMatchObject({ changes: 1 });
  await addCopy(rig, 'S2', 'S1');
  expect(await listing()).toMatchObject({ changes: 1 });
  await modify(rig, 'S1', 'nhsMhsFQDN', 'new.nhs.uk');
  const former = await rig.pool.query('select * from authz.directory_entry where dn = $1', [dnOf(rig, 'S2')]);
  expect(former.rowCount).toBe(1);
  expect(await load(rig, 'listing')).toMatchObject({ changes: 1 });
  await rig.ldap.del(dnOf(rig, 'S2'));
  expect(await listing()).toMatchObject({ changes: 1 });
  expect(await sync(rig)).toEqual({ result: 'unchanged' });
});

test('an entry that stops making sense loses its row, and gets it back once mended', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  const held = async () =>
    (await rig.pool.query('select from authz.accredited_system where asid = $1', [asid])).rowCount;
  await modify(rig, asid, 'nhsProductName', 'GP\u0000System');
  await load(rig, 'changes');
  expect(await held()).toBe(0);
  await modify(rig, asid, 'nhsProductName', 'GP System');
  await load(rig, 'changes');
  expect(await held()).toBe(1);
  expect((await rig.pool.query('select from authz.set_aside')).rowCount).toBe(0);
});

test('an identifier moved to another entry is left to a listing, one borne twice to a whole load', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  await rig.ldap.add(`ou=Old,ou=Services,${rig.baseDn}`, {
    objectClass: ['top', 'organizationalUnit'],
    ou: 'Old',
  });
  await rig.ldap.modifyDN(
    dnOf(rig, handlerId),
    `uniqueIdentifier=${handlerId},ou=Old,ou=Services,${rig.baseDn}`,
  );
  expect(await load(rig, 'listing')).toEqual({ result: 'unchanged' });
  await addCopy(rig, 'S918999511008', 'S2');
  await load(rig, 'changes');
  const { searchEntries } = await rig.ldap.search(dnOf(rig, 'S2'), { scope: 'base' });
  const { dn: _dn, ...attributes } = searchEntries[0] ?? { dn: '' };
  await rig.ldap.add(`uniqueIdentifier=S2,ou=Old,ou=Services,${rig.baseDn}`, textsOf(attributes));
  expect(await load(rig, 'changes')).toMatchObject({ result: 'unable' });
  expect(await load(rig, 'listing')).toMatchObject({ result: 'unable' });
  await sync(rig);
  expect((await rig.pool.query('select reason from authz.set_aside')).rows).toEqual([
    { reason: 'duplicate' },
  ]);
});

test.for([{ pageSize: '1' }, { pageSize: '500' }])(
  'pages of $pageSize come to the same',
  async ({ pageSize }) => {
    await using resources = new AsyncDisposableStack();
    const rig = await createRig(resources);
    await sync(rig);
    expect(await sync(rig, { SDS_PAGE_SIZE: pageSize })).toEqual({ result: 'unchanged' });
    expect(await load(rig, 'listing', { SDS_PAGE_SIZE: pageSize })).toEqual({ result: 'unchanged' });
  },
);

test('a server that tells no revisions leaves everything to whole loads', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  // As the tables stand after a whole load from such a server.
  await rig.pool.query('update authz.directory_entry set modified = null, revision = null');
  expect(await load(rig, 'changes')).toMatchObject({
    result: 'unable',
    because: expect.stringContaining('modifyTimestamp'),
  });
});

test('a listing without most of what the last whole load had is refused, also bit by bit', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  const { rows } = await rig.pool.query<{ handler_id: string }>(
    'select handler_id from authz.message_handler order by 1',
  );
  const third = rows.slice(0, Math.floor(rows.length * 0.3));
  for (const { handler_id } of third) await rig.ldap.del(dnOf(rig, handler_id));
  expect(await load(rig, 'listing')).toMatchObject({ result: 'changed', changes: third.length });
  const version = await rulesVersion(rig.pool);
  for (const { handler_id } of rows.slice(third.length, 2 * third.length))
    await rig.ldap.del(dnOf(rig, handler_id));
  await expect(load(rig, 'listing')).rejects.toThrow(/has \d+ handlers where it had/);
  expect(await rulesVersion(rig.pool)).toBe(version);
  expect(await load(rig, 'listing', { SDS_SHRINK_MIN_PERCENT: '0' })).toMatchObject({ result: 'changed' });
});

test('a change bites at once when somebody asks for it, also when it is a deletion', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const service = createService('sync-sds', resources);
  const rare = { SDS_SYNC_INTERVAL_SECONDS: '600', SDS_LISTING_INTERVAL_SECONDS: '600' };
  await startSyncSds(readConfig(SyncSdsConfig, { ...rig.syncEnvironment, ...rare }), service);
  await expect.poll(() => connectionsAsking(rig.pool, 'listen authz_sync_now')).toHaveLength(1);
  const loads = async () =>
    (await service.metrics.metrics()).match(/^ssp_sds_loads_total.*$/gm)?.join() ?? '';
  await expect.poll(loads).toMatch(/pass="listing",result="unchanged"\} [1-9]/);

  await modify(rig, 'S918999511008', 'nhsMhsFQDN', 'new.nhs.uk');
  await rig.ldap.del(dnOf(rig, handlerId));
  await rig.pool.query('notify authz_sync_now');
  await expect.poll(() => namesOf(rig, 'S918999511008')).toEqual(['new.nhs.uk']);
  await expect.poll(() => namesOf(rig, handlerId)).toEqual([]);
  await rig.pool.query(`notify authz_sync_now, 'full'`);
  await expect.poll(loads).toMatch(/pass="whole",result="unchanged"\} 1/);
});

test.for([
  { moment: 'before it is connected', bytes: 0, afterAsking: '%create temporary table%' },
  { moment: 'while it is read', bytes: 12_000, afterAsking: '%entries_mark from authz.directory_load' },
])('a listing that hangs $moment is abandoned for what is asked for', async ({ bytes, afterAsking }) => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  let stallAtBytes = Infinity;
  const stalled = Promise.withResolvers<void>();
  const link = await breakableLink(rig.syncEnvironment['SDS_URL'] ?? '', resources, (answered) => {
    if (answered < stallAtBytes) return;
    link.stall();
    stalled.resolve();
  });
  const service = createService('sync-sds', resources);
  const often = { SDS_SYNC_INTERVAL_SECONDS: '600', SDS_LISTING_INTERVAL_SECONDS: '1' };
  const through = { SDS_URL: link.url };
  await startSyncSds(readConfig(SyncSdsConfig, { ...rig.syncEnvironment, ...often, ...through }), service);
  const loads = async () =>
    (await service.metrics.metrics()).match(/^ssp_sds_loads_total.*$/gm)?.join() ?? '';
  await expect.poll(loads).toMatch(/pass="listing",result="unchanged"\} [1-9]/);
  stallAtBytes = link.answeredBytes() + bytes;
  await rig.ldap.del(dnOf(rig, handlerId));
  if (bytes === 0) link.stall();
  else await stalled.promise;
  await expect.poll(() => connectionsAsking(rig.pool, afterAsking)).toHaveLength(1);
  stallAtBytes = Infinity;
  link.mend();
  await rig.pool.query('notify authz_sync_now');
  await expect.poll(() => namesOf(rig, handlerId)).toEqual([]);
  expect(await loads()).toMatch(/pass="listing",result="abandoned"\} 1/);
});

test.for([
  {
    fault: 'a password that is wrong',
    overrides: { SDS_BIND_DN: 'cn=admin,o=nhs', SDS_BIND_PASSWORD_FILE: '/dev/null' },
    said: /SDS_BIND|bind/,
  },
  {
    fault: 'a base that is not there',
    overrides: { SDS_BASE_DN: 'o=nowhere' },
    said: /check SDS_BASE_DN|answered/,
  },
  {
    fault: 'a CA file that is not there',
    overrides: { SDS_CA_FILE: '/nowhere/ca.pem' },
    said: /a file cannot be read: .*\/nowhere\/ca.pem/,
  },
  {
    fault: 'a server that is not there',
    overrides: { SDS_URL: 'ldaps://127.0.0.1:1' },
    said: /ldaps:\/\/127\.0\.0\.1:1 \(SDS_URL\) cannot be reached/,
  },
])('$fault is told in an operator’s words', async ({ overrides, said }) => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await expect(load(rig, 'whole', overrides)).rejects.toThrow(said);
});

test('a server of another CA is told with the file that should hold it', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const { SDS_CERT_FILE: stranger = '' } = rig.syncEnvironment;
  await expect(load(rig, 'whole', { SDS_CA_FILE: stranger })).rejects.toThrow(
    /is not from the CA in .* \(SDS_CA_FILE\)/,
  );
});
