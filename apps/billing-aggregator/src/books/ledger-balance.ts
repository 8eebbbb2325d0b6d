import { type Pool } from 'pg';
import { inTransaction } from '@ssp/postgres';
import { type Balance } from './close-month.ts';
import { monthBounds } from './read-month-books.ts';

const toldMax = 20;

/** Holds the sums of a month against its ledger, where there is no audit to hold it against: each must be as many exchanges, and as many that are paid for. */
export function ledgerBalance(pool: Pool): Balance {
  return async (month) => {
    const { from, to } = monthBounds(month);
    const rows = await inTransaction(pool, async (client) => {
      await client.query('set transaction isolation level repeatable read, read only');
      // A national month is read whole.
      await client.query('set local statement_timeout = 0');
      const found = await client.query<{ hour: Date; requests: string; entered: string; paid: string }>(
        `with summed as (
           select hour, sum(requests) as requests, sum(billable) as billable
           from billing.usage_hour where hour >= $1 and hour < $2 group by hour
         ), entered as (
           select hour, count(*) as requests, count(*) filter (where billable) as billable
           from billing.counted_exchange where hour >= $1 and hour < $2 group by hour
         )
         select hour, coalesce(summed.requests, 0)::bigint as requests, coalesce(entered.requests, 0) as entered,
           coalesce(summed.billable, 0) - coalesce(entered.billable, 0) as paid
         from summed full join entered using (hour)
         where summed.requests is distinct from entered.requests or summed.billable is distinct from entered.billable
         order by hour limit $3`,
        [from, to, toldMax],
      );
      return found.rows;
    });
    const differences = rows.map(
      ({ hour, requests, entered, paid }) =>
        `the hour ${hour.toISOString()} sums up ${requests} requests, and the ledger has ${entered}${paid === '0' ? '' : `; ${paid} more are summed up as paid for`}`,
    );
    return { balanced: differences.length === 0, differences, accepted: [], isAudited: false };
  };
}
