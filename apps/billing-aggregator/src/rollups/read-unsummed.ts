import { type Pool } from 'pg';
import { endedHours, endedHoursValues, ripeAt } from './ended-hours.ts';

/** What waits to be summed up: hours, and since when the first of them does; days and months follow from them. */
export type Unsummed = { readonly hours: number; readonly ageSeconds: number };

/** Hours that could be summed up and are not, or have changed since, whichever process should do it. */
export async function readUnsummed(pool: Pool, now: Date): Promise<Unsummed> {
  const { rows } = await pool.query<Unsummed>({
    name: 'read-unsummed',
    text: `
      with ended as materialized (${endedHours}), waiting (hour, since) as (
        select ended.hour, ${ripeAt} from ended
        where not exists (select from billing.rolled_period where grain = 'hour' and start = ended.hour)
        union all
        select stale.hour, stale.marked_at from ended join billing.stale_hour as stale on stale.hour = ended.hour
      )
      select count(distinct hour)::int as hours,
        coalesce(greatest(extract(epoch from $1 - min(since)), 0), 0)::float8 as "ageSeconds" from waiting`,
    values: endedHoursValues(now),
  });
  return rows[0] ?? { hours: 0, ageSeconds: 0 };
}
