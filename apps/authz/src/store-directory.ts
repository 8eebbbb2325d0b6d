import { inTransaction } from '@ssp/postgres';
import { createHash } from 'node:crypto';
import { type Pool, type PoolClient } from 'pg';
import { type Directory } from './directory.ts';
import { type Staging, stagings } from './staging.ts';

export type Stored =
  | { readonly result: 'changed'; readonly changes: number; readonly rulesVersion: string }
  | { readonly result: 'unchanged' };

/** The directory looks broken; what is held stays in force. */
export class DirectoryRefused extends Error {
  override readonly name = 'DirectoryRefused';
}

/**
 * Makes the tables equal to a load of the directory, in one transaction, which makes a version of the rules only where a
 * row changed. With `compareRows` it looks at every row although the load is the same as the former.
 * @throws DirectoryRefused for an empty directory, or one that has shrunk below `shrinkMinPercent` of what is held
 */
export async function storeDirectory(
  pool: Pool,
  directory: Directory,
  { shrinkMinPercent, compareRows }: { readonly shrinkMinPercent: number; readonly compareRows: boolean },
): Promise<Stored> {
  const digest = digestOf(directory);
  return inTransaction(pool, async (client) => {
    // One writer at a time: the next waits here.
    await client.query('select version from authz.rules_version for update');
    await client.query(`
      select set_config('authz.kind', 'directory', true), set_config('authz.who', 'sync-sds', true),
        set_config('authz.why', 'load of the directory', true)`);
    await refuseShrunk(client, directory, shrinkMinPercent);
    const held = await client.query<{ digest: string }>('select digest from authz.directory_load');
    const same = held.rows[0]?.digest === digest;
    await client.query({
      text: `
        insert into authz.directory_load (loaded_at, digest) values (now(), $1)
        on conflict (only_row) do update set loaded_at = excluded.loaded_at, digest = excluded.digest`,
      values: [digest],
    });
    if (same && !compareRows) return { result: 'unchanged' };
    let changes = 0;
    for (const staging of stagings(directory)) changes += await applyRows(client, staging);
    await replaceSetAside(client, directory);
    if (changes === 0) return { result: 'unchanged' };
    const made = await client.query<{ version: string }>('select authz.begin_change() as version');
    return { result: 'changed', changes, rulesVersion: made.rows[0]?.version ?? '' };
  });
}

// Row by row: a national directory is more text than should be in memory at once.
function digestOf(directory: Directory): string {
  const hash = createHash('sha256');
  for (const [kind, rows] of Object.entries(directory)) {
    hash.update(`${kind}\n`);
    for (const row of rows) hash.update(`${JSON.stringify(row)}\n`);
  }
  return hash.digest('hex');
}

async function refuseShrunk(client: PoolClient, directory: Directory, minPercent: number): Promise<void> {
  const { rows } = await client.query<{ systems: number; handlers: number }>(`
    select (select count(*)::int from authz.accredited_system) as systems,
      (select count(*)::int from authz.message_handler) as handlers`);
  for (const kind of ['systems', 'handlers'] as const) {
    const former = rows[0]?.[kind] ?? 0;
    const found = directory[kind].length;
    if (found === 0) throw new DirectoryRefused(`the directory has no ${kind}`);
    if (found * 100 < former * minPercent) {
      throw new DirectoryRefused(
        `the directory has ${found} ${kind} where it had ${former}: less than ${minPercent} %`,
      );
    }
  }
}

const rowsPerCall = 5_000;

/** Brings rows in by the thousand and lets Postgres find the difference. */
async function applyRows(client: PoolClient, staging: Staging): Promise<number> {
  await client.query(staging.create);
  for (let from = 0; from < staging.rows.length; from += rowsPerCall) {
    const part = JSON.stringify(staging.rows.slice(from, from + rowsPerCall));
    await client.query(staging.insert, [part]);
  }
  await client.query(staging.analyze);
  const removed = await client.query(staging.remove);
  const changed = await client.query(staging.change);
  const added = await client.query(staging.add);
  return (removed.rowCount ?? 0) + (changed.rowCount ?? 0) + (added.rowCount ?? 0);
}

async function replaceSetAside(client: PoolClient, { setAside }: Directory): Promise<void> {
  await client.query('delete from authz.set_aside');
  await client.query({
    text: `
      insert into authz.set_aside (ordinal, dn, reason)
      select ordinal, dn, reason from unnest($1::text[], $2::text[]) with ordinality as listed (dn, reason, ordinal)`,
    values: [setAside.map(({ dn }) => dn), setAside.map(({ reason }) => reason)],
  });
}
