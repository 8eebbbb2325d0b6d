import { type ChangeCounts, changeEvent, RulesChanged } from '@ssp/contracts';
import { type ClientBase } from 'pg';
import { type Change } from './read-changes.ts';

/** The tables whose history is kept, and what names a row of each. */
const keptTables = {
  agreement: 'rule_id',
  capability_interaction: 'capability, interaction',
  interaction_policy: 'interaction',
  interaction_alias: 'requested',
  certificate_name: 'asid, fqdn',
  accredited_system: 'asid',
  message_handler: 'handler_id',
  organisation: 'ods',
} as const;

const rowsMax = 200;
// Within what the publisher takes, with room for the rest of the event.
const rowsLengthMax = 200 * 1_024;
const textLengthMax = 2_000;

type ChangedRow = RulesChanged['data']['rows'][number];

/** The event of one version: how many rows it changed in which table and, unless it is a load of the directory, which ones. */
export async function readChangeEvent(
  client: ClientBase,
  { version, at, kind, who, why }: Omit<Change, 'publishedAt'>,
): Promise<RulesChanged> {
  const tables: Record<string, ChangeCounts> = {};
  const rows: ChangedRow[] = [];
  let length = 0;
  let changed = 0;
  for (const [table, key] of Object.entries(keptTables)) {
    const counts = await countRows(client, table, key, version);
    const total = counts.added + counts.removed + counts.changed;
    if (total === 0) continue;
    tables[table] = counts;
    changed += total;
    if (kind === 'directory') continue;
    for (const row of await readRows(client, table, key, version)) {
      length += JSON.stringify(row).length;
      if (rows.length < rowsMax && length <= rowsLengthMax) rows.push({ table, ...row });
    }
  }
  return changeEvent(
    RulesChanged.type,
    { source: '/ssp/authz', at },
    {
      version,
      kind: kind.slice(0, textLengthMax),
      who: who.slice(0, textLengthMax),
      why: why.slice(0, textLengthMax),
      tables,
      rows,
      rowsLeftOut: changed - rows.length,
    },
  );
}

// What a version put in stands in the table, or in its history where a later one has replaced it.
const versionRows = (table: string, key: string) => `
  before as (
    select ${key}, to_jsonb(held) - array['since_version', 'until_version'] as row
    from authz.${table}_history held where until_version = $1
  ),
  after as (
    select ${key}, to_jsonb(held) - array['since_version', 'until_version'] as row
    from authz.${table} held where since_version = $1
    union all
    select ${key}, to_jsonb(held) - array['since_version', 'until_version'] as row
    from authz.${table}_history held where until_version > $1 and since_version = $1
  ),
  changed as (
    select before.row as before, after.row as after
    from before full join after using (${key})
    where before.row is distinct from after.row
  )`;

async function countRows(
  client: ClientBase,
  table: string,
  key: string,
  version: string,
): Promise<ChangeCounts> {
  const { rows } = await client.query<ChangeCounts>(
    `with ${versionRows(table, key)}
     select count(*) filter (where before is null)::int as added,
       count(*) filter (where after is null)::int as removed,
       count(*) filter (where before is not null and after is not null)::int as changed
     from changed`,
    [version],
  );
  return rows[0] ?? { added: 0, removed: 0, changed: 0 };
}

async function readRows(
  client: ClientBase,
  table: string,
  key: string,
  version: string,
): Promise<readonly Omit<ChangedRow, 'table'>[]> {
  const { rows } = await client.query<Omit<ChangedRow, 'table'>>(
    `with ${versionRows(table, key)} select before, after from changed limit ${rowsMax}`,
    [version],
  );
  return rows;
}
