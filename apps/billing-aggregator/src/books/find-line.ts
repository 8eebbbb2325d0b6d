import { type CountedPlace } from '@ssp/contracts';
import { type PoolClient } from 'pg';
import { monthBounds } from './read-month-books.ts';

/** An exchange that is paid for. */
export type PaidExchange = {
  readonly hour: Date;
  readonly internalId: string;
  readonly supplier: string;
  readonly interaction: string;
  readonly outcome: string;
};

type Line = CountedPlace['line'];

/** The line that an exchange is paid by which came in time: one of its kind has an order, by hour and id, once the month is closed. */
export async function findLine(client: PoolClient, month: string, paid: PaidExchange): Promise<Line> {
  const { hour, internalId, supplier, interaction, outcome } = paid;
  const { rows } = await client.query<{ number: string; line: number }>(
    `with kept as (
       select key from billing.usage_key where supplier = $1 and interaction = $2 and outcome = $3
     ), before as (
       select
         coalesce((
           select sum(billable) from billing.usage_hour
           where hour >= $4 and hour < $5 and key in (select key from kept)
         ), 0) - (
           select count(*) from billing.late_exchange
           where hour >= $4 and hour < $5 and billable and key in (select key from kept)
         ) + (
           select count(*) from billing.counted_exchange as counted
           where counted.hour = $5 and counted.internal_id < $6 and counted.billable
             and counted.key in (select key from kept)
             and not exists (
               select from billing.late_exchange as late
               where late.hour = counted.hour and late.internal_id = counted.internal_id)
         ) as exchanges
     )
     select statement.number, stated.line
     from before, billing.statement as statement join billing.statement_line as stated using (serial)
     where statement.month = $7 and statement.supplier = $1 and stated.kind = 'usage' and stated.month = $7
       and stated.interaction = $2 and stated.outcome = $3
       and stated.after <= before.exchanges and stated.after + stated.quantity > before.exchanges`,
    [supplier, interaction, outcome, monthBounds(month).from, hour, internalId, month],
  );
  return rows[0] ?? null;
}

/** The same of one that came late: its kind has the order in which they were counted, from closing to closing. */
export async function findLateLine(client: PoolClient, month: string, paid: PaidExchange): Promise<Line> {
  const { hour, internalId, supplier, interaction, outcome } = paid;
  const { from, to } = monthBounds(month);
  const { rows } = await client.query<{ number: string; line: number }>(
    `with own as (
       select id from billing.late_exchange where hour = $4 and internal_id = $5
     ), bounds as (
       select period.month as closing, coalesce(
         (select max(earlier.late_through) from billing.period as earlier
          where earlier.late_through < period.late_through), 0) as since
       from billing.period, own where period.late_through >= own.id order by period.late_through limit 1
     ), before as (
       select count(*) as exchanges
       from billing.late_exchange as late join billing.usage_key using (key), bounds, own
       where late.id > bounds.since and late.id < own.id and late.billable
         and supplier = $1 and interaction = $2 and outcome = $3 and late.hour >= $6 and late.hour < $7
     )
     select statement.number, stated.line
     from bounds, before, billing.statement as statement join billing.statement_line as stated using (serial)
     where statement.month = bounds.closing and statement.supplier = $1 and stated.kind = 'late' and stated.month = $8
       and stated.interaction = $2 and stated.outcome = $3
       and stated.after <= before.exchanges and stated.after + stated.quantity > before.exchanges`,
    [supplier, interaction, outcome, hour, internalId, from, to, month],
  );
  return rows[0] ?? null;
}
