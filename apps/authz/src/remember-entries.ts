import { type PoolClient } from 'pg';
import { hashOfText } from './hash-bytes.ts';
import {
  gatherKnownEntries,
  type KnownEntries,
  type KnownPart,
  type Part,
  TooManyLater,
  type Unmet,
} from './known-entries.ts';

/** What a loader remembers from load to load, so that a listing in which nothing has changed asks the database next to nothing. */
export type EntriesRemembered = {
  /** What the tables know, read anew where another loader has written or nothing is remembered. */
  readonly known: (client: PoolClient) => Promise<KnownEntries>;
  /** The same where it is remembered and holds, else null. */
  readonly current: (client: PoolClient) => Promise<KnownEntries | null>;
  /** Takes in what a load of this session has just committed, given what was known before it. */
  readonly follow: (client: PoolClient, known: KnownEntries) => Promise<void>;
  readonly drop: () => void;
};

type Mark = { readonly entries_mark: string };

const readMark = async (client: PoolClient) =>
  (await client.query<Mark>('select entries_mark from authz.directory_load')).rows[0]?.entries_mark ?? null;

/** Begins with nothing remembered. What it asks, it asks within a load's session, in which nobody else writes entries. */
export function createEntriesRemembered(): EntriesRemembered {
  let remembered: { readonly known: KnownEntries; readonly mark: string } | null = null;

  async function current(client: PoolClient): Promise<KnownEntries | null> {
    const mark = await readMark(client);
    if (remembered?.mark !== mark) remembered = null;
    return remembered?.known ?? null;
  }

  return {
    current,
    async known(client) {
      const held = await current(client);
      if (held !== null) return held;
      const known = await readKnownEntries(client);
      const mark = await readMark(client);
      if (mark !== null) remembered = { known, mark };
      return known;
    },
    async follow(client, known) {
      remembered = null;
      const mark = await readMark(client);
      const touched = await client.query<Touched>(readTouched);
      if (mark === null || touched.rows.some(({ outdated }) => outdated && known.haveSequence)) return;
      try {
        for (const { dn, revision, is_known } of touched.rows) {
          if (is_known) known.put(dn, revision);
          else known.forget(dn);
        }
        remembered = { known, mark };
      } catch (error) {
        if (!(error instanceof TooManyLater)) throw error;
      }
    },
    drop() {
      remembered = null;
    },
  };
}

type Touched = {
  readonly dn: string;
  readonly revision: string | null;
  readonly is_known: boolean;
  /** Without a sequence number, though others may have one. */
  readonly outdated: boolean;
};

const readTouched = `
  select touched.dn, known.revision, known.dn is not null as is_known,
    known.dn is not null and known.revision is not distinct from known.modified as outdated
  from (select dn from staged_entry union select dn from gone) as touched
    left join authz.directory_entry as known on known.dn = touched.dn`;

async function readKnownEntries(client: PoolClient): Promise<KnownEntries> {
  const { rows } = await client.query<{ entries: number; have_sequence: boolean }>(`
    select count(*)::int as entries, coalesce(bool_and(revision is distinct from modified), true) as have_sequence
    from authz.directory_entry`);
  const { entries, have_sequence } = rows[0] ?? { entries: 0, have_sequence: true };
  return gatherKnownEntries(entries, have_sequence, knownParts(client));
}

// Small, for the same reason as the batches of a load.
const partRows = 500;

const knownPart = `
  select json_agg(json_build_object('dn', dn, 'revision', revision)) as lines, max(dn) as last
  from (select dn, revision from authz.directory_entry where dn > $1 order by dn limit ${partRows}) as part
  having count(*) > 0`;

async function* knownParts(client: PoolClient): AsyncGenerator<KnownPart> {
  for (let after = ''; ;) {
    const parts = await client.query<Omit<KnownPart, 'after'>>({
      name: 'known-part',
      text: knownPart,
      values: [after],
    });
    const [part] = parts.rows;
    if (part === undefined) return;
    yield { after, ...part };
    after = part.last;
  }
}

/** Notes as gone the entries that no listing has met; gives back how many they are. */
export async function noteGone(client: PoolClient, unmet: Unmet): Promise<number> {
  const gone = [...unmet.names];
  for (const [part, hashes] of unmet.parts) {
    for (const dn of await namesIn(client, part)) if (hashes.has(hashOfText(dn))) gone.push(dn);
  }
  if (gone.length > 0) await client.query('insert into gone (dn) select unnest($1::text[])', [gone]);
  return gone.length;
}

async function namesIn(client: PoolClient, { after, last }: Part): Promise<readonly string[]> {
  const { rows } = await client.query<{ dn: string }>({
    name: 'names-in-part',
    text: 'select dn from authz.directory_entry where dn > $1 and dn <= $2',
    values: [after, last],
  });
  return rows.map(({ dn }) => dn);
}
