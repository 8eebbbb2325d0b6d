import { type Directory } from './directory.ts';

/** How one table is brought to equal the rows: staged beside it, then the difference removed and written. */
export type Staging = {
  readonly rows: readonly object[];
  readonly create: string;
  /** $1 is a JSON list of rows. */
  readonly insert: string;
  readonly analyze: string;
  readonly remove: string;
  readonly write: string;
};

/** The directory's three tables, their statements spelt out. */
export function stagings(directory: Directory): readonly Staging[] {
  return [
    { rows: directory.systems, ...systems },
    { rows: directory.handlers, ...handlers },
    { rows: directory.organisations, ...organisations },
  ];
}

const systems = {
  create: `
    create temporary table staged_system (
      asid text, ods text, party_key text, manufacturer_org text, product_name text,
      interactions text[], category_bag text[]
    ) on commit drop`,
  insert: `
    insert into staged_system
      (asid, ods, party_key, manufacturer_org, product_name, interactions, category_bag)
    select asid, ods, "partyKey", "manufacturerOrg", "productName", interactions, "categoryBag"
    from json_to_recordset($1::json) as listed (
      asid text, ods text, "partyKey" text, "manufacturerOrg" text, "productName" text,
      interactions text[], "categoryBag" text[]
    )`,
  analyze: 'analyze staged_system',
  remove: `
    delete from authz.accredited_system as held
    where not exists (select from staged_system as staged where staged.asid = held.asid)`,
  write: `
    insert into authz.accredited_system as held
      (asid, ods, party_key, manufacturer_org, product_name, interactions, category_bag)
    select asid, ods, party_key, manufacturer_org, product_name, interactions, category_bag
    from staged_system
    on conflict (asid) do update set
      ods = excluded.ods, party_key = excluded.party_key, manufacturer_org = excluded.manufacturer_org,
      product_name = excluded.product_name, interactions = excluded.interactions,
      category_bag = excluded.category_bag
    where (held.ods, held.party_key, held.manufacturer_org, held.product_name, held.interactions,
        held.category_bag)
      is distinct from (excluded.ods, excluded.party_key, excluded.manufacturer_org, excluded.product_name,
        excluded.interactions, excluded.category_bag)`,
} as const;

const handlers = {
  create: `
    create temporary table staged_handler (
      handler_id text, cpa_id text, party_key text, ods text, interaction text, endpoints text[],
      fqdn text, manufacturer_org text
    ) on commit drop`,
  insert: `
    insert into staged_handler
      (handler_id, cpa_id, party_key, ods, interaction, endpoints, fqdn, manufacturer_org)
    select "handlerId", "cpaId", "partyKey", ods, interaction, endpoints, fqdn, "manufacturerOrg"
    from json_to_recordset($1::json) as listed (
      "handlerId" text, "cpaId" text, "partyKey" text, ods text, interaction text, endpoints text[],
      fqdn text, "manufacturerOrg" text
    )`,
  analyze: 'analyze staged_handler',
  remove: `
    delete from authz.message_handler as held
    where not exists (select from staged_handler as staged where staged.handler_id = held.handler_id)`,
  write: `
    insert into authz.message_handler as held
      (handler_id, cpa_id, party_key, ods, interaction, endpoints, fqdn, manufacturer_org)
    select handler_id, cpa_id, party_key, ods, interaction, endpoints, fqdn, manufacturer_org
    from staged_handler
    on conflict (handler_id) do update set
      cpa_id = excluded.cpa_id, party_key = excluded.party_key, ods = excluded.ods,
      interaction = excluded.interaction, endpoints = excluded.endpoints, fqdn = excluded.fqdn,
      manufacturer_org = excluded.manufacturer_org
    where (held.cpa_id, held.party_key, held.ods, held.interaction, held.endpoints, held.fqdn,
        held.manufacturer_org)
      is distinct from (excluded.cpa_id, excluded.party_key, excluded.ods, excluded.interaction,
        excluded.endpoints, excluded.fqdn, excluded.manufacturer_org)`,
} as const;

const organisations = {
  create: 'create temporary table staged_organisation (ods text, name text) on commit drop',
  insert: `
    insert into staged_organisation (ods, name)
    select ods, name from json_to_recordset($1::json) as listed (ods text, name text)`,
  analyze: 'analyze staged_organisation',
  remove: `
    delete from authz.organisation as held
    where not exists (select from staged_organisation as staged where staged.ods = held.ods)`,
  write: `
    insert into authz.organisation as held (ods, name)
    select ods, name from staged_organisation
    on conflict (ods) do update set name = excluded.name
    where held.name is distinct from excluded.name`,
} as const;
