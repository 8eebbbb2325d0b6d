import { type PoolClient } from 'pg';

/** Drops what was listed twice while the directory changed, and sets aside all but the first name of an identifier. */
export async function settleStaged(client: PoolClient): Promise<void> {
  await client.query('analyze staged_entry');
  await client.query(`
    delete from staged_entry as staged using (
      select dn, max(ctid) as kept from staged_entry group by dn having count(*) > 1
    ) as twice
    where twice.dn = staged.dn and staged.ctid <> twice.kept`);
  await client.query(`
    update staged_entry as staged set reason = 'duplicate' from (
      select kind, id, min(dn collate "C") as kept from staged_entry where reason is null
      group by kind, id having count(*) > 1
    ) as twice
    where twice.kind = staged.kind and twice.id = staged.id and staged.reason is null and staged.dn <> twice.kept`);
}

/** Notes which rows a whole load no longer has. */
export const doomMissing = `
  insert into doomed (kind, id)
  select held.kind, held.id
  from (
    select 'system' as kind, asid as id from authz.accredited_system
    union all select 'handler', handler_id from authz.message_handler
    union all select 'organisation', ods from authz.organisation
  ) as held
  where not exists (
    select from staged_entry as staged
    where staged.kind = held.kind and staged.id = held.id and staged.reason is null
  )`;

/** Notes which rows lose their entry: it is gone, or no longer gives this row. */
export const doomReplaced = `
  insert into doomed (kind, id)
  select known.kind, known.id
  from (select dn from gone union select dn from staged_entry) as touched
    join authz.directory_entry as known on known.dn = touched.dn
  where known.reason is null
    and not exists (
      select from staged_entry as other
      where other.kind = known.kind and other.id = known.id and other.reason is null
    )`;

const removals = [
  `delete from authz.accredited_system as held using doomed where doomed.kind = 'system' and doomed.id = held.asid`,
  `delete from authz.message_handler as held using doomed where doomed.kind = 'handler' and doomed.id = held.handler_id`,
  `delete from authz.organisation as held using doomed where doomed.kind = 'organisation' and doomed.id = held.ods`,
] as const;

// Apart from the additions: the triggers that keep history run for each row that an upsert proposes, changed or not.
const changes = [
  `update authz.accredited_system as held set
    ods = staged.ods, party_key = staged.party_key, manufacturer_org = staged.manufacturer_org,
    product_name = staged.product_name, interactions = staged.interactions, category_bag = staged.category_bag
  from staged_entry as staged
  where staged.kind = 'system' and staged.reason is null and staged.id = held.asid
    and (held.ods, held.party_key, held.manufacturer_org, held.product_name, held.interactions, held.category_bag)
      is distinct from (staged.ods, staged.party_key, staged.manufacturer_org, staged.product_name,
        staged.interactions, staged.category_bag)`,
  `update authz.message_handler as held set
    cpa_id = staged.cpa_id, party_key = staged.party_key, ods = staged.ods, interaction = staged.interaction,
    endpoints = staged.endpoints, fqdn = staged.fqdn, manufacturer_org = staged.manufacturer_org
  from staged_entry as staged
  where staged.kind = 'handler' and staged.reason is null and staged.id = held.handler_id
    and (held.cpa_id, held.party_key, held.ods, held.interaction, held.endpoints, held.fqdn, held.manufacturer_org)
      is distinct from (staged.cpa_id, staged.party_key, staged.ods, staged.interaction, staged.endpoints,
        staged.fqdn, staged.manufacturer_org)`,
  `update authz.organisation as held set name = staged.name
  from staged_entry as staged
  where staged.kind = 'organisation' and staged.reason is null and staged.id = held.ods
    and held.name is distinct from staged.name`,
] as const;

const additions = [
  `insert into authz.accredited_system
    (asid, ods, party_key, manufacturer_org, product_name, interactions, category_bag)
  select id, ods, party_key, manufacturer_org, product_name, interactions, category_bag
  from staged_entry as staged
  where kind = 'system' and reason is null
    and not exists (select from authz.accredited_system as held where held.asid = staged.id)`,
  `insert into authz.message_handler
    (handler_id, cpa_id, party_key, ods, interaction, endpoints, fqdn, manufacturer_org)
  select id, cpa_id, party_key, ods, interaction, endpoints, fqdn, manufacturer_org
  from staged_entry as staged
  where kind = 'handler' and reason is null
    and not exists (select from authz.message_handler as held where held.handler_id = staged.id)`,
  `insert into authz.organisation (ods, name)
  select id, name
  from staged_entry as staged
  where kind = 'organisation' and reason is null
    and not exists (select from authz.organisation as held where held.ods = staged.id)`,
] as const;

/** Brings the tables of the directory to what is staged and doomed; gives back how many rows that changed. */
export async function applyStaged(client: PoolClient): Promise<number> {
  let rows = 0;
  for (const statement of [...removals, ...changes, ...additions]) {
    rows += (await client.query(statement)).rowCount ?? 0;
  }
  return rows;
}

/** Remembers which entry gave which row in which revision; `whole` forgets those that are not staged. */
export async function rememberEntries(client: PoolClient, whole: boolean): Promise<void> {
  await client.query(
    whole
      ? 'delete from authz.directory_entry as known where not exists (select from staged_entry as staged where staged.dn = known.dn)'
      : 'delete from authz.directory_entry as known using gone where gone.dn = known.dn',
  );
  await client.query(`
    update authz.directory_entry as known set
      kind = staged.kind, id = staged.id, reason = staged.reason, modified = staged.modified, revision = staged.revision
    from staged_entry as staged
    where staged.dn = known.dn
      and (known.kind, known.id, known.reason, known.modified, known.revision)
        is distinct from (staged.kind, staged.id, staged.reason, staged.modified, staged.revision)`);
  await client.query(`
    insert into authz.directory_entry (dn, kind, id, reason, modified, revision)
    select dn, kind, id, reason, modified, revision
    from staged_entry as staged
    where not exists (select from authz.directory_entry as known where known.dn = staged.dn)`);
}
