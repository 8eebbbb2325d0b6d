import { Acceptance, type MonthState } from '@ssp/contracts';
import { type Pool } from 'pg';
import { z } from 'zod';
import { monthBounds } from './read-month-books.ts';

const Count = z.string().transform(Number);
const Row = z.object({
  closedAt: z.date().transform((at) => at.toISOString()),
  who: z.string(),
  why: z.string(),
  tariffVersion: Count.nullable(),
  statements: z.int(),
  requests: Count,
  billable: Count,
  unreconciled: z.string().nullable(),
  accepted: z.array(Acceptance),
});
const Period = Row.extend({ month: z.string() });
const Late = z.object({ month: z.string(), late: z.int(), lateBillable: z.int() });

/** How each of these months stands, in their order. */
export async function readMonthStates(pool: Pool, months: readonly string[]): Promise<MonthState[]> {
  const { rows: closed } = await pool.query<Record<string, unknown>>(
    `select month, closed_at as "closedAt", who, why, tariff_version as "tariffVersion", statements, requests, billable,
       unreconciled, accepted
     from billing.period where month = any($1)`,
    [months],
  );
  const { rows: late } = await pool.query<Record<string, unknown>>(
    `select given.month, count(*)::int as late, (count(*) filter (where late.billable))::int as "lateBillable"
     from unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) as given (month, begins, ends)
     join billing.late_exchange as late on late.hour >= given.begins and late.hour < given.ends
     group by given.month`,
    [months, months.map((month) => monthBounds(month).from), months.map((month) => monthBounds(month).to)],
  );
  const periods = new Map(closed.map((row) => Period.parse(row)).map(({ month, ...it }) => [month, it]));
  const lates = new Map(late.map((row) => Late.parse(row)).map((row) => [row.month, row]));
  return months.map((month) => {
    const closing = periods.get(month) ?? null;
    const { late: count = 0, lateBillable = 0 } = lates.get(month) ?? {};
    return { month, state: closing === null ? 'open' : 'closed', closing, late: count, lateBillable };
  });
}

/** How a month stands. */
export async function readMonthState(pool: Pool, month: string): Promise<MonthState> {
  const [state] = await readMonthStates(pool, [month]);
  if (state === undefined) throw new Error(`${month} was asked for and not told of`);
  return state;
}
