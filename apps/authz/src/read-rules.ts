import { inTransaction } from '@ssp/postgres';
import { type EndpointTolerance } from '@ssp/spine';
import { type Pool, type PoolClient } from 'pg';
import { toSnapshot } from './build-snapshot.ts';
import { createDirectoryFiler } from './file-directory.ts';
import { fileRules } from './file-rules.ts';
import { type Snapshot } from './snapshot.ts';
import {
  type AgreementRow,
  type AliasRow,
  type CapabilityRow,
  type CertificateNameRow,
  type HandlerRow,
  type PolicyRow,
  type RuleRows,
  type SystemRow,
} from './snapshot-rows.ts';

export type RulesVersion = {
  readonly version: string;
  /** Since the last good load of the directory, by the database's clock; infinite before the first. */
  readonly directoryAgeMs: number;
};

/** What a cheap look at the tables tells. */
export async function readRulesVersion(pool: Pool): Promise<RulesVersion> {
  const { rows } = await pool.query<{ version: string; age_ms: number | null }>({
    name: 'rules-version',
    text: `
      select rules.version,
        (extract(epoch from clock_timestamp() - load.loaded_at) * 1000)::float8 as age_ms
      from authz.rules_version as rules left join authz.directory_load as load on true`,
  });
  const [row] = rows;
  if (row === undefined) throw new Error('authz.rules_version has no row');
  return { version: row.version, directoryAgeMs: row.age_ms ?? Infinity };
}

/**
 * How long ago the first change was begun that came after one version and up to another, by the database's clock; null
 * where there is none.
 */
export async function readChangeAge(pool: Pool, after: string, upTo: string): Promise<number | null> {
  const { rows } = await pool.query<{ age_ms: number | null }>({
    name: 'change-age',
    text: `
      select (extract(epoch from clock_timestamp() - min(at)) * 1000)::float8 as age_ms
      from authz.change where version > $1 and version <= $2`,
    values: [after, upTo],
  });
  return rows[0]?.age_ms ?? null;
}

/** Reads everything that decisions depend on, as of one moment, in batches that let other work in between. */
export async function readSnapshot(pool: Pool, tolerance: EndpointTolerance): Promise<Snapshot> {
  return asOfOneMoment(pool, async (client, version) => {
    const filer = createDirectoryFiler(tolerance);
    await eachSystem(client, allSystems, [], filer.addSystem);
    await eachHandler(client, allHandlers, [], filer.addHandler);
    return toSnapshot(version, filer.filed, fileRules(await readRuleRows(client)));
  });
}

/** Runs reads that all see the tables as they are at its begin, and tells the version they are at. */
export async function asOfOneMoment<Result>(
  pool: Pool,
  read: (client: PoolClient, version: string) => Promise<Result>,
): Promise<Result> {
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    // Every cursor is read to its end: without this the plans are those for the first rows alone.
    await client.query('set local cursor_tuple_fraction = 1');
    const { rows } = await client.query<{ version: string }>('select version from authz.rules_version');
    return read(client, rows[0]?.version ?? '');
  });
}

/** Reads the tables beside those of the directory. */
export async function readRuleRows(client: PoolClient): Promise<RuleRows> {
  const certificateNames = await client.query<CertificateNameRow>(
    'select asid, fqdn from authz.certificate_name',
  );
  const aliases = await client.query<AliasRow>('select requested, registered from authz.interaction_alias');
  const capabilities = await client.query<CapabilityRow>(
    'select capability, interaction from authz.capability_interaction',
  );
  const policies = await client.query<PolicyRow>(
    'select interaction, agreement, internet from authz.interaction_policy',
  );
  const agreements = await client.query<AgreementRow>(`
    select rule_id, agreement_id, priority, from_asid, from_ods, to_asid, to_ods, interaction, capability, effect,
      valid_from, valid_to
    from authz.agreement`);
  return {
    certificateNames: certificateNames.rows,
    aliases: aliases.rows,
    capabilities: capabilities.rows,
    policies: policies.rows,
    agreements: agreements.rows,
  };
}

/** What of a system is read; to be followed by a condition. */
export const allSystems = `
  select asid, ods, party_key_lower, array_to_string(interactions, e'\\n') as interactions,
    array_to_string(category_bag, e'\\n') as categories, manufacturer_org, product_name
  from authz.accredited_system as held`;

/** What of a registration is read; to be followed by a condition. */
export const allHandlers = `
  select party_key_lower, interaction, cpa_id, array_to_string(endpoints, e'\\n') as endpoints, fqdn,
    manufacturer_org
  from authz.message_handler as held`;

/** Hands on the systems that a statement selects, some thousand in a turn. */
export async function eachSystem(
  client: PoolClient,
  select: string,
  values: readonly unknown[],
  take: (row: SystemRow) => void,
): Promise<void> {
  await eachRow(client, select, values, () => client.query<SystemRow>(nextBatch), take);
}

/** Hands on the registrations that a statement selects, always in the same order, some thousand in a turn. */
export async function eachHandler(
  client: PoolClient,
  select: string,
  values: readonly unknown[],
  take: (row: HandlerRow) => void,
): Promise<void> {
  // In order, so that of several registrations the same one is always named.
  const ordered = `${select} order by handler_id`;
  await eachRow(client, ordered, values, () => client.query<HandlerRow>(nextBatch), take);
}

const nextBatch = 'fetch 2000 from batch';

async function eachRow<Row>(
  client: PoolClient,
  select: string,
  values: readonly unknown[],
  fetchNext: () => Promise<{ readonly rows: readonly Row[] }>,
  take: (row: Row) => void,
): Promise<void> {
  await client.query(`declare batch no scroll cursor for ${select}`, [...values]);
  for (;;) {
    const { rows } = await fetchNext();
    if (rows.length === 0) break;
    for (const row of rows) take(row);
  }
  await client.query('close batch');
}
