import { type Pool } from 'pg';
import { type SetAsideReason } from './directory.ts';

export type DirectoryCounts = {
  readonly rows: { readonly systems: number; readonly handlers: number; readonly organisations: number };
  readonly setAside: Readonly<Partial<Record<SetAsideReason, number>>>;
  /** Interactions that a party has registered more than once. */
  readonly registeredTwice: number;
};

/** Counts what the tables hold of the directory. */
export async function countDirectory(pool: Pool): Promise<DirectoryCounts> {
  const counts = await pool.query<DirectoryCounts>(`
    select
      json_build_object(
        'systems', (select count(*) from authz.accredited_system),
        'handlers', (select count(*) from authz.message_handler),
        'organisations', (select count(*) from authz.organisation)
      ) as rows,
      coalesce(
        (select json_object_agg(reason, entries)
         from (select reason, count(*) as entries from authz.set_aside group by reason) as by_reason),
        '{}'
      ) as "setAside",
      (select count(*)::int from (
        select from authz.message_handler where interaction is not null
        group by party_key_lower, interaction having count(*) > 1
      ) as twice) as "registeredTwice"`);
  const [row] = counts.rows;
  if (row === undefined) throw new Error('a count gave no row');
  return row;
}
