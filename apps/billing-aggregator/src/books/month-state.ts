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
const Late = z.object({ late: z.int(), lateBillable: z.int() });

/** How a month stands. */
export async function readMonthState(pool: Pool, month: string): Promise<MonthState> {
  const { from, to } = monthBounds(month);
  const { rows } = await pool.query<Record<string, unknown>>(
    `select closed_at as "closedAt", who, why, tariff_version as "tariffVersion", statements, requests, billable,
       unreconciled, accepted
     from billing.period where month = $1`,
    [month],
  );
  const late = await pool.query<Record<string, unknown>>(
    `select count(*)::int as late, (count(*) filter (where billable))::int as "lateBillable"
     from billing.late_exchange where hour >= $1 and hour < $2`,
    [from, to],
  );
  const [period] = rows;
  return {
    month,
    state: period === undefined ? 'open' : 'closed',
    closing: period === undefined ? null : Row.parse(period),
    ...Late.parse(late.rows[0]),
  };
}
