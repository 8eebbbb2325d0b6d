import { type EndpointTolerance } from '@ssp/spine';
import { type Pool, type PoolClient } from 'pg';
import { type Delta } from './apply-delta.ts';
import { createDirectoryFiler } from './file-directory.ts';
import { fileRules } from './file-rules.ts';
import {
  allHandlers,
  allSystems,
  asOfOneMoment,
  eachHandler,
  eachSystem,
  readRuleRows,
} from './read-rules.ts';

/** What was read of the changes since a version; no delta where they are so many that reading everything is the shorter way. */
export type DeltaReading = { readonly delta: Delta | null; readonly rows: number };

/** Reads what changed in the tables since a version, as of one moment, up to `rowsMax` rows. */
export async function readDelta(
  pool: Pool,
  since: string,
  rowsMax: number,
  tolerance: EndpointTolerance,
): Promise<DeltaReading> {
  return asOfOneMoment(pool, async (client, version) => {
    const asids = await keysOf(client, changedAsids, [since, rowsMax + 1]);
    const partyKeys = await keysOf(client, changedParties, [since, rowsMax + 1]);
    const rows = asids.length + (await countRegistrations(client, partyKeys));
    if (rows > rowsMax || partyKeys.length > rowsMax) return { delta: null, rows };
    const filer = createDirectoryFiler(tolerance);
    if (asids.length > 0) {
      await eachSystem(client, `${allSystems} where asid = any($1)`, [asids], filer.addSystem);
    }
    if (partyKeys.length > 0) {
      await eachHandler(
        client,
        `${allHandlers} where party_key_lower = any($1)`,
        [partyKeys],
        filer.addHandler,
      );
    }
    const touched = await client.query<{ touched: boolean }>(rulesTouched, [since]);
    const rules = touched.rows[0]?.touched === true ? fileRules(await readRuleRows(client)) : null;
    return { delta: { version, asids, partyKeys, directory: filer.filed, rules }, rows };
  });
}

async function keysOf(
  client: PoolClient,
  select: string,
  values: readonly unknown[],
): Promise<readonly string[]> {
  const { rows } = await client.query<{ key: string }>(select, [...values]);
  return rows.map(({ key }) => key);
}

/** A changed party is read with all of its registrations. */
async function countRegistrations(client: PoolClient, partyKeys: readonly string[]): Promise<number> {
  if (partyKeys.length === 0) return 0;
  const { rows } = await client.query<{ count: number }>(
    'select count(*)::int as count from authz.message_handler where party_key_lower = any($1)',
    [partyKeys],
  );
  return rows[0]?.count ?? 0;
}

const changedAsids = `
  select asid as key from authz.accredited_system where since_version > $1
  union select asid from authz.accredited_system_history where until_version > $1
  limit $2`;

const changedParties = `
  select party_key_lower as key from authz.message_handler where since_version > $1
  union select party_key_lower from authz.message_handler_history where until_version > $1
  limit $2`;

const rulesTouched = `
  select exists (select from authz.certificate_name where since_version > $1)
    or exists (select from authz.certificate_name_history where until_version > $1)
    or exists (select from authz.interaction_alias where since_version > $1)
    or exists (select from authz.interaction_alias_history where until_version > $1)
    or exists (select from authz.capability_interaction where since_version > $1)
    or exists (select from authz.capability_interaction_history where until_version > $1)
    or exists (select from authz.interaction_policy where since_version > $1)
    or exists (select from authz.interaction_policy_history where until_version > $1)
    or exists (select from authz.agreement where since_version > $1)
    or exists (select from authz.agreement_history where until_version > $1) as touched`;
