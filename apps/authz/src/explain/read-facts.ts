import { type AuthzAsk } from '@ssp/contracts';
import { type PoolClient } from 'pg';
import {
  type AgreementRow,
  type AliasRow,
  type CapabilityRow,
  type CertificateNameRow,
  type HandlerRow,
  type PolicyRow,
  type SystemRow,
} from '../snapshot-rows.ts';

/** From which version on a row was in force, and until which; null while it is. */
export type Kept = { readonly since_version: string; readonly until_version: string | null };

/** The rows that can matter to one ask, as they were in force at one version. */
export type FactRows = {
  readonly version: string;
  /** Sender and receiver, and some that bear the certificate's names. */
  readonly systems: readonly (SystemRow & Kept & { readonly party_key: string })[];
  /** All of both parties, and some that bear the certificate's names. */
  readonly handlers: readonly (HandlerRow & Kept & { readonly handler_id: string })[];
  readonly certificateNames: readonly (CertificateNameRow & Kept)[];
  readonly aliases: readonly (AliasRow & Kept)[];
  readonly capabilities: readonly (CapabilityRow & Kept)[];
  readonly policies: readonly (PolicyRow & Kept)[];
  /** Those that speak of both parties and the interaction, whether they hold at the moment or not. */
  readonly agreements: readonly (AgreementRow & Kept & { readonly note: string | null })[];
};

/** Reads them by look-ups, whatever the size of the directory. To be called in one transaction on one view of the tables. */
export async function readFacts(client: PoolClient, ask: AuthzAsk, version: string): Promise<FactRows> {
  const names = ask.certificateNames.map((name) => name.toLowerCase());
  const asids = [ask.from, ask.to];
  const parties = await client.query<FactRows['systems'][number]>(systemsByAsid, [version, asids]);
  const partyKeys = [...new Set(parties.rows.map((row) => row.party_key_lower))];
  const aliases = await client.query<FactRows['aliases'][number]>(aliasOf, [version, ask.interactionId]);
  const handlers = await client.query<FactRows['handlers'][number]>(handlersOf, [version, partyKeys, names]);
  const certificateNames = await client.query<FactRows['certificateNames'][number]>(certificateNamesOf, [
    version,
    asids,
    names,
  ]);
  const bearers = await client.query<FactRows['systems'][number]>(systemsBearing, [
    version,
    handlers.rows.map((row) => row.party_key_lower),
    certificateNames.rows.map((row) => row.asid),
    asids,
  ]);
  const capabilities = await client.query<FactRows['capabilities'][number]>(capabilitiesOf, [
    version,
    ask.interactionId,
  ]);
  const policies = await client.query<FactRows['policies'][number]>(policiesOf, [version, ask.interactionId]);
  const odsOf = (asid: string) => parties.rows.find((row) => row.asid === asid)?.ods.toUpperCase() ?? null;
  const agreements = await client.query<FactRows['agreements'][number]>(agreementsOf, [
    version,
    ask.from,
    odsOf(ask.from),
    ask.to,
    odsOf(ask.to),
    ask.interactionId,
    capabilities.rows.map((row) => row.capability),
  ]);
  return {
    version,
    systems: [...parties.rows, ...bearers.rows],
    handlers: handlers.rows,
    certificateNames: certificateNames.rows,
    aliases: aliases.rows,
    capabilities: capabilities.rows,
    policies: policies.rows,
    agreements: agreements.rows,
  };
}

const systemColumns = `
  asid, ods, party_key, party_key_lower, array_to_string(interactions, e'\\n') as interactions,
  array_to_string(category_bag, e'\\n') as categories, manufacturer_org, product_name, since_version, until_version`;

const systemsByAsid = `
  select ${systemColumns} from authz.accredited_system_at($1) where asid = any($2::text[]) order by asid`;

// One for each party or ASID that bears a name is enough to know the name by, a few are enough to show.
const systemsBearing = `
  select ${systemColumns} from (
    select distinct on (party_key_lower) bearing.* from authz.accredited_system_at($1) as bearing
    where (party_key_lower = any($2::text[]) or asid = any($3::text[])) and asid <> all($4::text[])
    order by party_key_lower, asid
  ) as bearing
  order by asid limit 50`;

// In the order of the snapshot, so that of several registrations the same one is named. A supplier's name may be borne by every
// practice: some of them are enough, whichever.
const handlersOf = `
  select handler_id, party_key_lower, interaction, cpa_id, array_to_string(endpoints, e'\\n') as endpoints, fqdn,
    manufacturer_org, since_version, until_version
  from (
    select own.* from authz.message_handler_at($1) as own where party_key_lower = any($2::text[])
    union all (
      select bearing.* from authz.message_handler_at($1) as bearing
      cross join lateral (
        select from authz.accredited_system_at($1) as system where system.party_key_lower = bearing.party_key_lower limit 1
      ) as known
      where lower(fqdn) = any($3::text[]) and party_key_lower <> all($2::text[])
      limit 50
    )
  ) as listed
  order by handler_id`;

const certificateNamesOf = `
  select asid, fqdn, since_version, until_version from authz.certificate_name_at($1)
  where asid = any($2::text[]) or lower(fqdn) = any($3::text[]) order by asid, fqdn`;

const aliasOf = `
  select requested, registered, since_version, until_version from authz.interaction_alias_at($1)
  where requested = $2`;

const capabilitiesOf = `
  select capability, interaction, since_version, until_version from authz.capability_interaction_at($1)
  where interaction = $2 order by capability`;

const policiesOf = `
  select interaction, agreement, internet, since_version, until_version from authz.interaction_policy_at($1)
  where interaction = $2`;

const agreementsOf = `
  select rule_id, agreement_id, priority, from_asid, from_ods, to_asid, to_ods, interaction, capability, effect,
    valid_from, valid_to, note, since_version, until_version
  from authz.agreement_at($1)
  where (from_asid = $2 or upper(from_ods) = $3 or (from_asid is null and from_ods is null))
    and (to_asid = $4 or upper(to_ods) = $5 or (to_asid is null and to_ods is null))
    and (interaction = $6 or capability = any($7::text[]) or (interaction is null and capability is null))
  order by priority, effect = 'allow', rule_id`;
