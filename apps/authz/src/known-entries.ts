import { type PoolClient } from 'pg';

// What an entry is told by where all of them are compared; a control character parts the two, since neither has any.
const lineSql = `dn || E'\\n' || coalesce(revision, '')`;

/** What tells an entry and its revision from all others: equal for equal lines only, but for once in a thousand million listings. */
export function fingerprint(dn: string, revision: string | null): number {
  return fingerprintOf(`${dn}\n${revision ?? ''}`);
}

// Two sums of 32 bits, of which 53 fit into a number: a quarter of a million texts in a few megabytes, at a tenth of the cost of a digest.
// Nothing of trust hangs on it: a change that is taken for a known state is seen by the next whole load.
function fingerprintOf(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul((high << 5) ^ (high >>> 27) ^ code, 0x85ebca6b);
  }
  low = spread(low ^ (high >>> 3));
  high = spread(high ^ (low >>> 5));
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

function spread(sum: number): number {
  const once = Math.imul(sum ^ (sum >>> 16), 0x7feb352d);
  const twice = Math.imul(once ^ (once >>> 15), 0x846ca68b);
  return twice ^ (twice >>> 16);
}

/** What the tables know of the directory's entries. */
export type KnownEntries = {
  readonly fingerprints: Set<number>;
  /** Whether the revision of every entry is more than its `modifyTimestamp`. */
  readonly haveSequence: boolean;
};

/** Reads the fingerprints of all entries that the tables know. */
export async function readKnownEntries(client: PoolClient): Promise<KnownEntries> {
  const fingerprints = new Set<number>();
  let haveSequence = true;
  for await (const { lines, have_sequence } of knownParts(client)) {
    for (const line of lines) fingerprints.add(fingerprintOf(line));
    haveSequence &&= have_sequence;
  }
  return { fingerprints, haveSequence };
}

type Part = { readonly lines: readonly string[]; readonly have_sequence: boolean; readonly last: string };

// Small, for the same reason as the batches of a load.
const partRows = 500;

const knownPart = `
  select json_agg(${lineSql}) as lines, bool_and(revision is distinct from modified) as have_sequence, max(dn) as last
  from (select dn, revision, modified from authz.directory_entry where dn > $1 order by dn limit ${partRows}) as part
  having count(*) > 0`;

async function* knownParts(client: PoolClient): AsyncGenerator<Part> {
  for (let after: string | undefined = ''; after !== undefined;) {
    const parts = await client.query<Part>({ name: 'known-part', text: knownPart, values: [after] });
    yield* parts.rows;
    after = lastOf(parts.rows);
  }
}

const lastOf = (parts: readonly Part[]) => parts[0]?.last;

/** Notes as gone the entries whose fingerprints no listing met, but for those that are listed in another revision. */
export async function noteGone(
  client: PoolClient,
  unmet: ReadonlySet<number>,
  listedAnew: readonly string[],
): Promise<void> {
  if (unmet.size === 0) return;
  const anew = new Set(listedAnew);
  const gone: string[] = [];
  for await (const { lines } of knownParts(client)) {
    for (const line of lines) {
      const dn = line.slice(0, line.indexOf('\n'));
      if (unmet.has(fingerprintOf(line)) && !anew.has(dn)) gone.push(dn);
    }
  }
  await client.query('insert into gone (dn) select unnest($1::text[])', [gone]);
}
