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
    const counted = await client.query<{ systems: number; handlers: number }>(countChanged, [since, rowsMax]);
    const { systems = 0, handlers = 0 } = counted.rows[0] ?? {};
    const rows = systems + handlers;
    if (rows > rowsMax) return { delta: null, rows };
    const filer = createDirectoryFiler(tolerance);
    const asids = await keysOf(client, changedAsids, since);
    if (asids.length > 0) {
      await eachSystem(client, `${allSystems} where asid = any($1)`, [asids], filer.addSystem);
    }
    const partyKeys = await keysOf(client, changedParties, since);
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

async function keysOf(client: PoolClient, select: string, since: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ key: string }>(select, [since]);
  return rows.map(({ key }) => key);
}

const changedAsids = `
  select asid as key from authz.accredited_system where since_version > $1
  union select asid from authz.accredited_system_history where until_version > $1`;

const changedParties = `
  select party_key_lower as key from authz.message_handler where since_version > $1
  union select party_key_lower from authz.message_handler_history where until_version > $1`;

// A changed party is read with all of its registrations. Counting ends a row beyond the most.
const countChanged = `
  select
    (select count(*)::int from (select from (${changedAsids}) as changed limit $2::int + 1) as first_ones) as systems,
    (select count(*)::int from (
      select from authz.message_handler where party_key_lower in (${changedParties}) limit $2::int + 1
    ) as first_ones) as handlers`;

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
