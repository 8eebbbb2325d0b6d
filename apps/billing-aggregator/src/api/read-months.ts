import { type Pool } from 'pg';

/** Lists the months, UTC, that have usage, newest first; looks at one row per month, however many there are. */
export async function readMonths(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ month: string }>({
    name: 'read-months',
    text: `
      with recursive found as (
        (select date_trunc('month', hour, 'UTC') as month from billing.usage_hour order by hour desc limit 1)
        union all
        select (
          select date_trunc('month', hour, 'UTC') from billing.usage_hour
          where hour < found.month order by hour desc limit 1
        ) from found where found.month is not null
      )
      select to_char(month at time zone 'UTC', 'YYYY-MM') as month from found where month is not null`,
  });
  return rows.map(({ month }) => month);
}
