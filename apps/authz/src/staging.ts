import { type Directory } from './directory.ts';

/** How one table is brought to equal the rows: staged beside it, then the difference removed and written. */
export type Staging = {
  readonly rows: readonly object[];
  readonly create: string;
  /** $1 is a JSON list of rows. */
  readonly insert: string;
  readonly analyze: string;
  readonly remove: string;
  /** Apart from `add`: the triggers that keep history run for each row that an upsert proposes, changed or not. */
  readonly change: string;
  readonly add: string;
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
  change: `
    update authz.accredited_system as held set
      ods = staged.ods, party_key = staged.party_key, manufacturer_org = staged.manufacturer_org,
      product_name = staged.product_name, interactions = staged.interactions,
      category_bag = staged.category_bag
    from staged_system as staged
    where staged.asid = held.asid
      and (held.ods, held.party_key, held.manufacturer_org, held.product_name, held.interactions, held.category_bag)
        is distinct from (staged.ods, staged.party_key, staged.manufacturer_org, staged.product_name,
          staged.interactions, staged.category_bag)`,
  add: `
    insert into authz.accredited_system
      (asid, ods, party_key, manufacturer_org, product_name, interactions, category_bag)
    select asid, ods, party_key, manufacturer_org, product_name, interactions, category_bag
    from staged_system as staged
    where not exists (select from authz.accredited_system as held where held.asid = staged.asid)`,
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
  change: `
    update authz.message_handler as held set
      cpa_id = staged.cpa_id, party_key = staged.party_key, ods = staged.ods,
      interaction = staged.interaction, endpoints = staged.endpoints, fqdn = staged.fqdn,
      manufacturer_org = staged.manufacturer_org
    from staged_handler as staged
    where staged.handler_id = held.handler_id
      and (held.cpa_id, held.party_key, held.ods, held.interaction, held.endpoints, held.fqdn, held.manufacturer_org)
        is distinct from (staged.cpa_id, staged.party_key, staged.ods, staged.interaction, staged.endpoints,
          staged.fqdn, staged.manufacturer_org)`,
  add: `
    insert into authz.message_handler
      (handler_id, cpa_id, party_key, ods, interaction, endpoints, fqdn, manufacturer_org)
    select handler_id, cpa_id, party_key, ods, interaction, endpoints, fqdn, manufacturer_org
    from staged_handler as staged
    where not exists (select from authz.message_handler as held where held.handler_id = staged.handler_id)`,
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
  change: `
    update authz.organisation as held set name = staged.name
    from staged_organisation as staged
    where staged.ods = held.ods and held.name is distinct from staged.name`,
  add: `
    insert into authz.organisation (ods, name)
    select ods, name from staged_organisation as staged
    where not exists (select from authz.organisation as held where held.ods = staged.ods)`,
} as const;
