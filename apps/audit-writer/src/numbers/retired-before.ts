import { type Queryable } from '../queryable.ts';

/** The time up to which whole months have been dropped as beyond their retention; null where none have been. */
export async function retiredBefore(db: Queryable): Promise<number | null> {
  const { rows } = await db.query<{ before: Date | null }>(
    `select (max(month || '-01')::timestamp + interval '1 month') at time zone 'UTC' as before from audit.retirement`,
  );
  return rows[0]?.before?.getTime() ?? null;
}
