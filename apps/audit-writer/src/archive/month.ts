import { z } from 'zod';
import { type Queryable } from '../queryable.ts';

const DAY_MS = 86_400_000;

/** A month by UTC, `2026-03`. */
export const Month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'expected a month such as 2026-03');

/** When a month begins, and when the next one does. */
export function monthSpan(month: string): { readonly since: Date; readonly end: Date } {
  const since = new Date(`${month}-01T00:00:00.000Z`);
  return { since, end: new Date(Date.UTC(since.getUTCFullYear(), since.getUTCMonth() + 1, 1)) };
}

/** The months that ended at least `days` before `at` and for which there is a table, or a row in the default one; the oldest first. */
export async function monthsOlderThan(db: Queryable, days: number, at: Date): Promise<readonly string[]> {
  const { rows } = await db.query<{ month: string }>(`
    select left(right(relname, 6), 4) || '-' || right(relname, 2) as month
    from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'audit.event'::regclass and relname ~ '^event_\\d{6}$'
    union
    select to_char(occurred_at at time zone 'UTC', 'YYYY-MM') from audit.event_default
    order by month`);
  const months = rows.map(({ month }) => month).filter((month) => Month.safeParse(month).success);
  return months.filter((month) => monthSpan(month).end.getTime() + days * DAY_MS <= at.getTime());
}
