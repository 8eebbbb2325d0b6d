import { type Pool, type PoolClient } from 'pg';
import { commitLoad, noteUnchanged, type Stored } from './commit-load.ts';
import { hashOfText } from './hash-bytes.ts';
import { inLoadSession } from './in-load-session.ts';
import { type BerElement } from './ldap/ber-element.ts';
import { plainRevision } from './ldap/plain-revision.ts';
import { readSearchEntry } from './ldap/read-search-entry.ts';
import { withDirectory } from './open-directory.ts';
import { listRevisions, type OpenDirectory, readChangedSince, readOne, readWhole } from './read-directory.ts';
import { readRevision } from './read-entry.ts';
import { type EntriesRemembered, noteGone } from './remember-entries.ts';
import { type Progress, stageEntries } from './stage-directory.ts';
import { entryName } from './staged-entry.ts';
import { type SyncSdsConfig } from './sync-sds-config.ts';

/** What a load came to; `unable` where only a greater load can tell, and why. */
export type Loaded = Stored | { readonly result: 'unable'; readonly because: string };

/** How much of the directory a load reads. */
export const passes = ['whole', 'listing', 'changes'] as const;
export type Pass = (typeof passes)[number];

export type LoadOptions = {
  readonly config: Pick<SyncSdsConfig, 'sds' | 'shrinkMinPercent'>;
  readonly pool: Pool;
  readonly remembered: EntriesRemembered;
  readonly signal: AbortSignal;
  readonly progress: Progress;
};

/**
 * Makes the tables equal to the directory, as far as the pass can see: `whole` reads every entry, `listing` every entry's name and revision and
 * then what is new or changed, `changes` only what was modified since the newest modification known. Until the one commit at its end readers see the
 * former directory.
 * @throws DirectoryFault where it cannot be read, DirectoryRefused where it cannot be believed
 */
export async function loadDirectory(pass: Pass, options: LoadOptions): Promise<Loaded> {
  const { config, pool, signal } = options;
  return inLoadSession(pool, (client) =>
    withDirectory(config.sds, signal, (directory) => loads[pass](client, directory, options)),
  );
}

type Load = (client: PoolClient, directory: OpenDirectory, options: LoadOptions) => Promise<Loaded>;

const loads: Readonly<Record<Pass, Load>> = { whole: loadWhole, listing: loadListing, changes: loadChanges };

async function loadWhole(
  client: PoolClient,
  directory: OpenDirectory,
  { config, remembered, progress }: LoadOptions,
): Promise<Loaded> {
  // It will not hold afterwards, and its memory is wanted.
  remembered.drop();
  await stageEntries(client, readWhole(directory), progress);
  const kind = { whole: true, complete: true, why: 'load of the whole directory' };
  return commitLoad(client, kind, config.shrinkMinPercent);
}

// So many entries in the second of the newest change are an import, not worth reading again.
const sameSecondMax = 1_000;

async function loadChanges(
  client: PoolClient,
  directory: OpenDirectory,
  { config, remembered, progress }: LoadOptions,
): Promise<Loaded> {
  const newest = await client.query<{ modified: string | null; same_second: string }>(`
    select max(modified) as modified,
      (select count(*) from authz.directory_entry where modified = (select max(modified) from authz.directory_entry))
        as same_second
    from authz.directory_entry`);
  const { modified, same_second } = newest.rows[0] ?? { modified: null, same_second: '0' };
  if (modified === null) return noRevisions;
  const since = Number(same_second) > sameSecondMax ? secondAfter(modified) : modified;
  const entries = await stageEntries(client, readChangedSince(directory, since), progress);
  if (entries === 0) return { result: 'unchanged' };
  const unable = await whyNotAlone(client);
  if (unable !== null) return { result: 'unable', because: unable };
  const kind = { whole: false, complete: false, why: 'entries changed in the directory' };
  const known = await remembered.current(client);
  const stored = await commitLoad(client, kind, config.shrinkMinPercent);
  if (known !== null) await remembered.follow(client, known);
  return stored;
}

const noRevisions: Loaded = {
  result: 'unable',
  because: 'the directory server tells no modifyTimestamp, so that only whole loads can see a change',
};

/** The next second of a moment that a directory writes, `20261122103059Z` say. */
export function secondAfter(modified: string): string {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(modified) ?? [];
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) + 1_000;
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
}

// Beyond this one search for all costs less than one for each.
const singlesMax = 5_000;

async function loadListing(
  client: PoolClient,
  directory: OpenDirectory,
  { config, remembered, progress }: LoadOptions,
): Promise<Loaded> {
  const known = await remembered.known(client);
  const anew = new Set<string>();
  let haveRevisions = true;
  const meet = (bytes: Buffer, element: BerElement) => {
    const plain = known.haveSequence ? plainRevision(bytes, element) : null;
    if (plain !== null && known.meet(plain.nameHash, plain.revisionHash)) return;
    const entry = readSearchEntry(bytes, element);
    const dn = entryName(entry.dn);
    const { revision } = readRevision(entry);
    if (revision === null) haveRevisions = false;
    else if (!known.meet(hashOfText(dn), hashOfText(revision))) anew.add(dn);
  };
  known.beginListing();
  let entries = 0;
  for await (const count of listRevisions(directory, known.haveSequence, meet)) {
    if (!haveRevisions) return noRevisions;
    if (anew.size > singlesMax) {
      return { result: 'unable', because: `more than ${singlesMax} entries are new or changed` };
    }
    progress((entries += count));
  }
  const staged = await stageEntries(client, oneByOne(directory, anew), () => undefined);
  const gone = await noteGone(client, known.unmet());
  if (staged === 0 && gone === 0) return noteUnchanged(client);
  const unable = await whyNotAlone(client);
  if (unable !== null) return { result: 'unable', because: unable };
  const kind = { whole: false, complete: true, why: 'entries changed in or gone from the directory' };
  const stored = await commitLoad(client, kind, config.shrinkMinPercent);
  await remembered.follow(client, known);
  return stored;
}

async function* oneByOne(directory: OpenDirectory, names: Iterable<string>) {
  for (const dn of names) yield* readOne(directory, dn);
}

// Which of several entries gives a row is only to be told with all of them at hand.
async function whyNotAlone(client: PoolClient): Promise<string | null> {
  const { rows } = await client.query<{ contested: boolean }>(`
    select exists (
      select from staged_entry as staged
        join authz.directory_entry as known on known.kind = staged.kind and known.id = staged.id and known.dn <> staged.dn
      where not exists (select from gone where gone.dn = known.dn)
    ) or exists (
      select from (select dn from staged_entry union select dn from gone) as touched
        join authz.directory_entry as known on known.dn = touched.dn
        join authz.directory_entry as twin on twin.kind = known.kind and twin.id = known.id and twin.dn <> known.dn
    ) as contested`);
  return rows[0]?.contested === true ? 'several entries bear the identifier of one that changed' : null;
}
