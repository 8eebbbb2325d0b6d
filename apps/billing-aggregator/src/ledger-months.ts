import { type ClientBase, type Pool } from 'pg';
import { type Usage } from './usage-of.ts';

/**
 * Makes the ledger of the usages' months where it is missing; `known` are months, `YYYY-MM`, that have one. @returns those months that are there now, to be known once the
 * transaction is committed, and those that were dropped
 */
export async function openMonths(
  client: ClientBase,
  usages: readonly Usage[],
  known: ReadonlySet<string>,
): Promise<{ readonly opened: readonly string[]; readonly dropped: ReadonlySet<string> }> {
  const months = [...new Set(usages.map(monthOf))].filter((month) => !known.has(month));
  if (months.length === 0) return { opened: [], dropped: new Set() };
  const { rows } = await client.query<{ month: string; isThere: boolean }>({
    name: 'open-months',
    text: `
      select month, billing.ensure_ledger_month((month || '-01T00:00Z')::timestamptz) as "isThere"
      from unnest($1::text[]) as month order by month`,
    values: [months],
  });
  return {
    opened: rows.filter(({ isThere }) => isThere).map(({ month }) => month),
    dropped: new Set(rows.filter(({ isThere }) => !isThere).map(({ month }) => month)),
  };
}

/** The month, UTC, `YYYY-MM`. */
export function monthOf({ hour }: Pick<Usage, 'hour'>): string {
  return hour.slice(0, 7);
}

/** Makes the ledger of this month and of so many after it. */
export async function makeMonthsAhead(pool: Pool, now: Date, monthsAhead: number): Promise<void> {
  await pool.query({
    name: 'make-months-ahead',
    text: `
      select billing.ensure_ledger_month(month at time zone 'UTC')
      from generate_series(
        date_trunc('month', $1::timestamptz at time zone 'UTC'), $1::timestamptz at time zone 'UTC' + make_interval(months => $2),
        interval '1 month') as month`,
    values: [now, monthsAhead],
  });
}

/** Drops the ledgers of the months that ended before the instant, each in a transaction of its own. @returns the months */
export async function dropMonths(pool: Pool, before: Date): Promise<readonly string[]> {
  const dropped: string[] = [];
  for (;;) {
    const { rows } = await pool.query<{ month: string | null }>({
      name: 'drop-month',
      text: `select to_char(billing.drop_ledger_month($1), 'YYYY-MM') as month`,
      values: [before],
    });
    const month = rows[0]?.month ?? null;
    if (month === null) return dropped;
    dropped.push(month);
  }
}

/** How many months the ledger has. */
export async function countMonths(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ months: number }>({
    name: 'count-months',
    text: `select count(*)::int as months from billing.ledger_month where dropped_at is null`,
  });
  return rows[0]?.months ?? 0;
}
