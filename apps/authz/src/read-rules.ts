import { inTransaction } from '@ssp/postgres';
import { type EndpointTolerance } from '@ssp/spine';
import { type Pool, type PoolClient } from 'pg';
import {
  type AgreementRow,
  type AliasRow,
  type CapabilityRow,
  type CertificateNameRow,
  createSnapshotBuilder,
  type HandlerRow,
  type PolicyRow,
  type SystemRow,
} from './build-snapshot.ts';
import { type Snapshot } from './snapshot.ts';

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

/** Reads everything that decisions depend on, as of one moment, in batches that let other work in between. */
export async function readSnapshot(pool: Pool, tolerance: EndpointTolerance): Promise<Snapshot> {
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    const version = await client.query<{ version: string }>('select version from authz.rules_version');
    const builder = createSnapshotBuilder(tolerance);
    await eachRow(client, systems, () => client.query<SystemRow>(nextBatch), builder.addSystem);
    await eachRow(client, handlers, () => client.query<HandlerRow>(nextBatch), builder.addHandler);
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
    return builder.finish({
      version: version.rows[0]?.version ?? '',
      certificateNames: certificateNames.rows,
      aliases: aliases.rows,
      capabilities: capabilities.rows,
      policies: policies.rows,
      agreements: agreements.rows,
    });
  });
}

const systems = `
  select asid, ods, party_key_lower, array_to_string(interactions, e'\\n') as interactions,
    array_to_string(category_bag, e'\\n') as categories, manufacturer_org, product_name
  from authz.accredited_system`;

// In order, so that of several registrations the same one is always named.
const handlers = `
  select party_key_lower, interaction, cpa_id, array_to_string(endpoints, e'\\n') as endpoints, fqdn,
    manufacturer_org
  from authz.message_handler order by handler_id`;

const nextBatch = 'fetch 2000 from batch';

async function eachRow<Row>(
  client: PoolClient,
  select: string,
  fetchNext: () => Promise<{ readonly rows: readonly Row[] }>,
  take: (row: Row) => void,
): Promise<void> {
  await client.query(`declare batch no scroll cursor for ${select}`);
  for (;;) {
    const { rows } = await fetchNext();
    if (rows.length === 0) break;
    for (const row of rows) take(row);
  }
  await client.query('close batch');
}
