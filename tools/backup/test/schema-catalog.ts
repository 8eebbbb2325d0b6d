import { type Pool } from 'pg';

const queries = [
  // Tables and views, with what each column holds.
  `select format('column %s.%s %s', relname, attname, format_type(atttypid, atttypmod)) as line
   from pg_attribute join pg_class on pg_class.oid = attrelid
   where relnamespace = $1::regnamespace and relkind in ('r', 'p', 'v') and attnum > 0 and not attisdropped
     and not relispartition`,
  // What "on conflict" may name.
  `select format('unique %s %s', indrelid::regclass, regexp_replace(pg_get_indexdef(indexrelid), '^.* USING ', '')) as line
   from pg_index join pg_class on pg_class.oid = indrelid
   where relnamespace = $1::regnamespace and indisunique and not relispartition`,
  `select format('function %s(%s) %s', proname, pg_get_function_identity_arguments(oid), pg_get_function_result(oid)) as line
   from pg_proc where pronamespace = $1::regnamespace`,
  `select format('grant %s on %s to %s', privilege_type, table_name, grantee) as line
   from information_schema.role_table_grants where table_schema = $1 and grantee like 'ssp\\_%'`,
];

/** Columns that must be given, of tables that may be older than they are: who does not know one cannot add a row any more. */
const neededColumns = `select format('%s.%s', relname, attname) as name
  from pg_attribute join pg_class on pg_class.oid = attrelid
  where relnamespace = $1::regnamespace and relkind in ('r', 'p') and attnum > 0 and not attisdropped and not relispartition
    and attnotnull and not atthasdef and attidentity = ''`;

/** What a program may rest on in a schema, a line each, and which columns it must give. */
export type Catalog = { readonly lines: ReadonlySet<string>; readonly needed: ReadonlySet<string> };

export async function readCatalog(pool: Pool, schema: string): Promise<Catalog> {
  const lines = new Set<string>();
  for (const query of queries)
    for (const { line } of (await pool.query<{ line: string }>(query, [schema])).rows) lines.add(line);
  const needed = await pool.query<{ name: string }>(neededColumns, [schema]);
  return { lines, needed: new Set(needed.rows.map(({ name }) => name)) };
}

/** What a program that was made for the one schema would miss in the other. */
export function lostBetween(before: Catalog, after: Catalog): readonly string[] {
  const gone = [...before.lines].filter((line) => !after.lines.has(line));
  const tables = new Set([...before.needed].map((name) => name.split('.')[0]));
  const demanded = [...after.needed]
    .filter((name) => !before.needed.has(name) && tables.has(name.split('.')[0]))
    .map((name) => `${name} must be given now`);
  return [...gone, ...demanded].toSorted();
}
