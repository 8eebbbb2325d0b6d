import { MonthDifference, type ReconciledMonth } from '@ssp/contracts';
import { inTransaction } from '@ssp/postgres';
import { type Pool } from 'pg';
import { z } from 'zod';
import { type Period } from './hours.ts';
import { readStatedMonth } from './statement-differences.ts';

/** So many of a month are named; all are counted. */
const namedMax = 1_000;

/** Holds the statement lines of a month against what was counted for it, and keeps what that came to. Null where the month is not closed. */
export async function reconcileMonth(pool: Pool, month: string): Promise<ReconciledMonth | null> {
  const { rowCount } = await pool.query('select month from billing.period where month = $1', [month]);
  if (rowCount === 0) return null;
  const found = await inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    // The sums of a national month are read whole.
    await client.query('set local statement_timeout = 0');
    return readStatedMonth(client, month);
  });
  const { stated, counted, toBeStated, differences } = found;
  await pool.query(
    `insert into billing.reconciled_month (month, at, stated, counted, to_be_stated, differences, named)
     values ($1, now(), $2, $3, $4, $5, $6)
     on conflict (month) do update set at = excluded.at, stated = excluded.stated, counted = excluded.counted,
       to_be_stated = excluded.to_be_stated, differences = excluded.differences, named = excluded.named`,
    [month, stated, counted, toBeStated, differences.length, JSON.stringify(differences.slice(0, namedMax))],
  );
  return (await readReconciledMonths(pool, [month]))[0] ?? null;
}

type Row = Omit<ReconciledMonth, 'at' | 'state' | 'named'> & {
  readonly at: Date | null;
  readonly named: unknown;
};

/** What the statements of these months came to; those that are not closed are left out. */
export async function readReconciledMonths(
  pool: Pool,
  months: readonly string[],
): Promise<readonly ReconciledMonth[]> {
  const { rows } = await pool.query<Row>(
    `select month, at, coalesce(stated, 0)::float8 as stated, coalesce(counted, 0)::float8 as counted,
       coalesce(to_be_stated, 0)::float8 as "toBeStated", coalesce(differences, 0)::float8 as differences, named
     from billing.period left join billing.reconciled_month using (month)
     where month = any($1::text[]) order by month`,
    [months],
  );
  return rows.map(({ at, named, ...row }) => ({
    ...row,
    state: at === null ? 'waiting' : row.differences === 0 ? 'balanced' : 'unbalanced',
    at: at?.toISOString() ?? null,
    named: z.array(MonthDifference).parse(named ?? []),
  }));
}

/** The months that lie in a period whole. */
export function wholeMonths({ from, to }: Period): readonly string[] {
  const months: string[] = [];
  const year = from.getUTCFullYear();
  for (let at = from.getUTCMonth(); ; at += 1) {
    const month = new Date(Date.UTC(year, at));
    if (Date.UTC(year, at + 1) > to.getTime()) return months;
    if (month >= from) months.push(month.toISOString().slice(0, 7));
  }
}

/** Closed months since a day whose statements were not held against usage, or not since `before`. */
export async function monthsToReconcile(pool: Pool, since: Date, before: Date): Promise<readonly string[]> {
  const { rows } = await pool.query<{ month: string }>(
    `select month from billing.period left join billing.reconciled_month using (month)
     where closed_at >= $1 and (at is null or at < $2) order by month`,
    [since, before],
  );
  return rows.map(({ month }) => month);
}
