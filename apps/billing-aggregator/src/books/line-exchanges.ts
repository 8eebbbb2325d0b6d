import { type LineExchanges, type Statement, type StatementLine } from '@ssp/contracts';
import { Problem } from '@ssp/service';
import { type Pool } from 'pg';
import { z } from 'zod';
import { monthBounds } from './read-month-books.ts';

/** Part of a line: so many exchanges after the first so many. */
export type Slice = { readonly after: number; readonly limit: number };

const Row = z.object({
  internalId: z.string(),
  hour: z.date().transform((hour) => hour.toISOString()),
  providerOds: z.string(),
  providerAsid: z.string(),
  consumerOds: z.string(),
  consumerAsid: z.string(),
  requestBytes: z.string().transform(Number).nullable(),
  responseBytes: z.string().transform(Number).nullable(),
});

const columns = `counted.internal_id as "internalId", counted.hour, provider_ods as "providerOds", provider_asid as "providerAsid",
  consumer_ods as "consumerOds", consumer_asid as "consumerAsid", counted.request_bytes as "requestBytes",
  counted.response_bytes as "responseBytes"`;

/**
 * The exchanges that a line of a statement is paid for. Those that came in time have an order, by hour and id, that never changes
 * once the month is closed; those that came late, that in which they were counted.
 * @throws Problem 404 for a line that is about no exchanges, or whose exchanges are not kept any more
 */
export async function readLineExchanges(
  pool: Pool,
  statement: Statement,
  lineNumber: number,
  { after, limit }: Slice,
): Promise<LineExchanges> {
  const { number } = statement;
  const line = statement.lines.find((it) => it.line === lineNumber);
  if (line === undefined) throw new Problem(404, `${number} has no line ${lineNumber}.`);
  const { quantity, kind } = line;
  if (quantity === null) throw new Problem(404, `Line ${lineNumber} of ${number} is about no exchanges.`);
  const first = (line.after ?? 0) + after;
  const wanted = Math.max(0, Math.min(limit, quantity - after));
  const rows =
    kind === 'late'
      ? await readLate(pool, statement, line, first, wanted)
      : await readInTime(pool, statement, line, first, wanted);
  if (rows.length < wanted) {
    throw new Problem(404, `The exchanges of ${line.month} are not kept one by one any more.`);
  }
  const end = after + rows.length;
  const exchanges = z.array(Row).parse(rows);
  return { number, line: lineNumber, quantity, exchanges, next: end < quantity ? String(end) : null };
}

type Rows = readonly Record<string, unknown>[];

type Hours = { readonly hours: readonly Date[] | null; readonly before: string | null };

async function readInTime(
  pool: Pool,
  { supplier }: Statement,
  { month, interaction, outcome }: StatementLine,
  first: number,
  wanted: number,
): Promise<Rows> {
  const { from, to } = monthBounds(month);
  const kind = [supplier, interaction, outcome];
  // The sums say in which hours they lie, so that of a month only these are read.
  const placed = await pool.query<Hours>(
    `with kept as (
       select key from billing.usage_key where supplier = $1 and interaction = $2 and outcome = $3
     ), summed as (
       select hour, sum(billable) - (
           select count(*) from billing.late_exchange as late
           where late.hour = usage_hour.hour and late.billable and late.key in (select key from kept)
         ) as exchanges
       from billing.usage_hour where hour >= $4 and hour < $5 and key in (select key from kept)
       group by hour
     ), placed as (
       select hour, exchanges, sum(exchanges) over (order by hour) - exchanges as before from summed
     )
     select array_agg(hour) as hours, min(before)::bigint as before
     from placed where exchanges > 0 and before < $6 and before + exchanges > $7`,
    [...kind, from, to, first + wanted, first],
  );
  const { hours = null, before = null } = placed.rows[0] ?? {};
  if (hours === null || before === null) return [];
  const { rows } = await pool.query<Record<string, unknown>>(
    `select ${columns}
     from billing.counted_exchange as counted join billing.usage_key using (key)
     where counted.hour = any($4::timestamptz[]) and counted.billable
       and supplier = $1 and interaction = $2 and outcome = $3
       and not exists (
         select from billing.late_exchange as late
         where late.hour = counted.hour and late.internal_id = counted.internal_id)
     order by counted.hour, counted.internal_id offset $5 limit $6`,
    [...kind, hours, first - Number(before), wanted],
  );
  return rows;
}

async function readLate(
  pool: Pool,
  statement: Statement,
  { month, interaction, outcome }: StatementLine,
  first: number,
  wanted: number,
): Promise<Rows> {
  const { from, to } = monthBounds(month);
  const { rows } = await pool.query<Record<string, unknown>>(
    `with bounds as (
       select late_through as upto, coalesce(
         (select max(earlier.late_through) from billing.period as earlier
          where earlier.late_through < period.late_through), 0) as since
       from billing.period where month = $4
     )
     select ${columns}
     from billing.late_exchange as late join billing.usage_key using (key)
     join billing.counted_exchange as counted using (hour, internal_id), bounds
     where late.id > bounds.since and late.id <= bounds.upto and late.billable
       and supplier = $1 and interaction = $2 and outcome = $3 and late.hour >= $5 and late.hour < $6
     order by late.id offset $7 limit $8`,
    [statement.supplier, interaction, outcome, statement.month, from, to, first, wanted],
  );
  return rows;
}
