import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Leash } from '@ssp/testing';
import { Attribute, Change, Client as LdapClient } from 'ldapts';
import { Client } from 'pg';
import { type Report } from '../progress.ts';
import { type Loader, startLoader } from './loader-process.ts';
import { consumerIdentity, entriesIn, handlerIdentity, type NationalSize } from './national-directory.ts';
import { type NationalRig } from './national-rig.ts';

/** What the load of a national directory costs. */
export type LoadFindings = {
  readonly entries: number;
  /** Into empty tables. */
  readonly firstSeconds: number;
  /** With the tables full and nothing changed. */
  readonly againSeconds: number;
  readonly listingSeconds: number;
  /** From the demand to the commit: an entry added and one modified. */
  readonly changedSeconds: number;
  /** From the demand to the commit: an entry deleted, which only a listing shows; asked for while nothing runs, and while a listing does. */
  readonly deletedSeconds: { readonly idle: number; readonly listing: number };
  /** From the change to the commit, with no demand: modified, and deleted. */
  readonly byItselfSeconds: { readonly modified: number; readonly deleted: number };
  readonly peakRssMb: number;
};

/** Starts the loader on full and then on changing directories, and measures it from outside. */
export async function measureLoad(
  rig: NationalRig,
  size: NationalSize,
  leash: Leash,
  report: Report,
  resources: AsyncDisposableStack,
): Promise<LoadFindings> {
  const database = new Client({ connectionString: rig.postgresUrl });
  await database.connect();
  resources.defer(() => database.end());
  const ldap = resources.use(
    new LdapClient({ url: rig.ldap.url, tlsOptions: { ca: await readFile(rig.ldap.caFile) } }),
  );
  await ldap.bind(rig.ldap.adminDn, rig.ldap.adminPassword);
  report('the first load begins');
  const loader = await startLoader(rig.loaderEnvironment, leash, resources);
  const first = await passesAfter(loader, 'whole', 1, report);
  report('loaded; listing');
  const listed = await passesAfter(loader, 'listing', 1, report);
  const seen = observer(database);

  report('changes, asked for at once');
  await quiet(loader, report);
  const changedMs = performance.now();
  await modify(ldap, handlerIdentity(1, 0), 'a.changed.thirdparty.nhs.uk');
  await add(ldap, 'S999999999999', consumerIdentity(1).partyKey);
  await sync(database, '');
  await seen(`select from authz.message_handler where fqdn = 'a.changed.thirdparty.nhs.uk'`, 1);
  await seen(`select from authz.message_handler where handler_id = 'S999999999999'`, 1);
  const changedSeconds = secondsSince(changedMs);
  const deleted = async (id: string): Promise<number> => {
    const deletedMs = performance.now();
    await ldap.del(`uniqueIdentifier=${id},ou=Services,o=nhs`);
    await sync(database, '');
    await seen(`select from authz.message_handler where handler_id = '${id}'`, 0);
    return secondsSince(deletedMs);
  };
  await quiet(loader, report);
  const idle = await deleted('S999999999999');
  await quiet(loader, report);
  await seen(listingUnderWay, 1);
  const deletedSeconds = { idle, listing: await deleted(handlerIdentity(4, 0)) };
  await quiet(loader, report);

  report('changes, left to be noticed');
  const leftMs = performance.now();
  await modify(ldap, handlerIdentity(2, 0), 'b.changed.thirdparty.nhs.uk');
  await ldap.del(`uniqueIdentifier=${handlerIdentity(3, 0)},ou=Services,o=nhs`);
  await seen(`select from authz.message_handler where fqdn = 'b.changed.thirdparty.nhs.uk'`, 1);
  const modified = secondsSince(leftMs);
  await seen(`select from authz.message_handler where handler_id = '${handlerIdentity(3, 0)}'`, 0);
  const byItselfSeconds = { modified, deleted: secondsSince(leftMs) };

  report('the whole again');
  const before = (await loader.passes()).seconds['whole'] ?? 0;
  await sync(database, 'full');
  const again = await passesAfter(loader, 'whole', 2, report);
  return {
    entries: entriesIn(size),
    firstSeconds: first,
    againSeconds: again - before,
    listingSeconds: listed,
    changedSeconds,
    deletedSeconds,
    byItselfSeconds,
    peakRssMb: await loader.peakRssMb(),
  };
}

// Right after a listing that ran to its end: none is under way, and the next is far.
async function quiet(loader: Loader, report: Report): Promise<void> {
  const { counts } = await loader.passes();
  await passesAfter(loader, 'listing', (counts['listing'] ?? 0) + 1, report);
}

// What a listing asks the database last before it turns to the directory.
const listingUnderWay = `
  select from pg_stat_activity
  where application_name = 'authz-sync-sds' and state = 'idle' and query like '%entries_mark%' and query not like 'update%'`;

const secondsSince = (ms: number) => (performance.now() - ms) / 1_000;

const sync = (database: Client, payload: string) =>
  database.query(`select pg_notify('authz_sync_now', $1)`, [payload]);

const deadlineMs = 170_000;

// The seconds of all passes of the kind, once there have been so many.
async function passesAfter(loader: Loader, pass: string, count: number, report: Report): Promise<number> {
  for (const startedMs = performance.now(); performance.now() - startedMs < deadlineMs; await sleep(100)) {
    const { seconds, counts, bad } = await loader.passes();
    if (bad[0] !== undefined) throw new Error(`a load went wrong: ${bad[0]}`);
    if ((counts[pass] ?? 0) >= count) {
      report(
        `${pass}: ${seconds[pass]?.toFixed(1)} s in all, peak ${(await loader.peakRssMb()).toFixed(0)} MB`,
      );
      return seconds[pass] ?? Number.NaN;
    }
  }
  throw new Error(`no ${pass} load ended within ${deadlineMs / 1_000} s`);
}

function observer(database: Client) {
  return async (query: string, rows: number): Promise<void> => {
    for (const startedMs = performance.now(); performance.now() - startedMs < deadlineMs; await sleep(20)) {
      if ((await database.query(query)).rowCount === rows) return;
    }
    throw new Error(`not seen within ${deadlineMs / 1_000} s: ${query}`);
  };
}

function modify(ldap: LdapClient, id: string, fqdn: string): Promise<void> {
  const modification = new Attribute({ type: 'nhsMhsFQDN', values: [fqdn] });
  return ldap.modify(
    `uniqueIdentifier=${id},ou=Services,o=nhs`,
    new Change({ operation: 'replace', modification }),
  );
}

async function add(ldap: LdapClient, id: string, partyKey: string): Promise<void> {
  const like = await ldap.search(`uniqueIdentifier=${handlerIdentity(0, 0)},ou=Services,o=nhs`, {
    scope: 'base',
  });
  const entry = Object.entries(like.searchEntries[0] ?? {}).filter(([name]) => name !== 'dn');
  const attributes = Object.fromEntries(entry.map(([name, value]) => [name, [value].flat().map(String)]));
  await ldap.add(`uniqueIdentifier=${id},ou=Services,o=nhs`, {
    ...attributes,
    uniqueIdentifier: [id],
    nhsMHSPartyKey: [partyKey],
  });
}
