import { type PoolClient } from 'pg';
import { applyStaged, doomMissing, doomReplaced, rememberEntries, settleStaged } from './apply-staged.ts';
import { refuseShrunk } from './refuse-shrunk.ts';

export type Stored =
  | { readonly result: 'changed'; readonly changes: number; readonly rulesVersion: string }
  | { readonly result: 'unchanged' };

export type LoadKind = {
  /** Whether what is staged is all there is; else what is staged, and `gone`, is added to what is known. */
  readonly whole: boolean;
  /** Whether the tables equal the directory after it, as far as anybody can tell. */
  readonly complete: boolean;
  readonly why: string;
};

/**
 * Makes what is staged visible in one transaction, which makes a version of the rules only where a row changed.
 * @throws DirectoryRefused where too little would be left
 */
export async function commitLoad(
  client: PoolClient,
  { whole, complete, why }: LoadKind,
  shrinkMinPercent: number,
): Promise<Stored> {
  await settleStaged(client);
  await client.query('begin');
  // Where something fails from here on, the connection is given up, and the transaction with it.
  await client.query('select version from authz.rules_version for update');
  await client.query({
    text: `
      select set_config('authz.kind', 'directory', true), set_config('authz.who', 'sync-sds', true),
        set_config('authz.why', $1, true)`,
    values: [why],
  });
  await client.query(whole ? doomMissing : doomReplaced);
  await refuseShrunk(client, whole, shrinkMinPercent);
  const changes = await applyStaged(client);
  await rememberEntries(client, whole);
  if (complete) await noteLoad(client, whole);
  await client.query('update authz.directory_load set entries_mark = gen_random_uuid()');
  const made = changes === 0 ? null : await client.query<Version>('select authz.begin_change() as version');
  await client.query('commit');
  const rulesVersion = made?.rows[0]?.version;
  return rulesVersion === undefined ? { result: 'unchanged' } : { result: 'changed', changes, rulesVersion };
}

/** Notes that the tables equal the directory, where a load has seen all of it and nothing has changed. */
export async function noteUnchanged(client: PoolClient): Promise<Stored> {
  await noteLoad(client, false);
  return { result: 'unchanged' };
}

type Version = { readonly version: string };

async function noteLoad(client: PoolClient, whole: boolean): Promise<void> {
  const { rowCount } = await client.query('update authz.directory_load set loaded_at = clock_timestamp()');
  if (rowCount === 0) {
    await client.query('insert into authz.directory_load (loaded_at) values (clock_timestamp())');
  }
  if (!whole) return;
  await client.query(`
    update authz.directory_load set whole_at = loaded_at,
      systems = (select count(*) from authz.accredited_system),
      handlers = (select count(*) from authz.message_handler)`);
}
