import { hash } from 'node:crypto';
import { type PoolClient } from 'pg';

// Six bytes of a digest: a quarter of a million entries in a few megabytes, and a changed entry that looks like a known one once in a
// thousand million listings; the next whole load would see it.
const fingerprintBytes = 6;
const fingerprintSql = `substring(sha256(convert_to(dn || E'\\n' || coalesce(revision, ''), 'UTF8')) for ${fingerprintBytes})`;

/** What stands for an entry's name and revision where all of them are compared. */
export function fingerprint(dn: string, revision: string | null): number {
  return hash('sha256', `${dn}\n${revision ?? ''}`, 'buffer').readUIntBE(0, fingerprintBytes);
}

/** The fingerprints of all entries that the tables know. */
export async function readFingerprints(client: PoolClient): Promise<Set<number>> {
  const { rows } = await client.query<{ all: Buffer | null }>(
    `select string_agg(${fingerprintSql}, ''::bytea) as all from authz.directory_entry`,
  );
  const fingerprints = new Set<number>();
  const bytes = rows[0]?.all ?? Buffer.alloc(0);
  for (let at = 0; at < bytes.length; at += fingerprintBytes) {
    fingerprints.add(bytes.readUIntBE(at, fingerprintBytes));
  }
  return fingerprints;
}

/** Notes as gone the entries that no fingerprint of a listing met, but for those that are listed in another revision. */
export async function noteGone(
  client: PoolClient,
  unmet: ReadonlySet<number>,
  listedAnew: readonly string[],
): Promise<void> {
  if (unmet.size === 0) return;
  const hex = [...unmet].map((it) => it.toString(16).padStart(2 * fingerprintBytes, '0'));
  await client.query({
    text: `
      insert into gone (dn)
      select dn from authz.directory_entry
      where encode(${fingerprintSql}, 'hex') = any($1) and dn <> all($2)`,
    values: [hex, listedAnew],
  });
}
