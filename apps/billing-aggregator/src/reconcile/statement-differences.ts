import { type MonthDifference } from '@ssp/contracts';
import { type ClientBase } from 'pg';
import { z } from 'zod';
import { periodOfMonth } from './hours.ts';

// pg hands over whole numbers of 64 bits as text.
const Count = z.string().transform(Number).pipe(z.int());

const Row = z.object({
  supplier: z.string(),
  interaction: z.string(),
  outcome: z.string(),
  counted: Count,
  late: Count,
  toBeStated: Count,
  statedInTime: Count,
  statedLate: Count,
});
type Row = z.infer<typeof Row>;

/** What the statement lines of a month come to beside what was counted for it. */
export type StatedMonth = {
  readonly stated: number;
  readonly counted: number;
  readonly toBeStated: number;
  readonly differences: readonly MonthDifference[];
};

/**
 * Holds the lines of a closed month, on its own statements and late ones on later statements, against usage: by supplier, interaction and
 * outcome each billable request must be on one line, or wait for the next statement. To be called on one snapshot.
 */
export async function readStatedMonth(client: ClientBase, month: string): Promise<StatedMonth> {
  const { from, to } = periodOfMonth(month);
  const { rows } = await client.query<Record<string, unknown>>(
    `with summed as (
       select key, sum(billable) as billable from billing.usage_hour where hour >= $2 and hour < $3 group by key
     ), came_late as (
       select key, count(*) as billable,
         count(*) filter (where id > (select coalesce(max(late_through), 0) from billing.period)) as to_be_stated
       from billing.late_exchange where hour >= $2 and hour < $3 and billable group by key
     ), counted as (
       select supplier, interaction, outcome, sum(coalesce(summed.billable, 0)) as billable,
         sum(coalesce(came_late.billable, 0)) as late, sum(coalesce(came_late.to_be_stated, 0)) as to_be_stated
       from summed full join came_late using (key) join billing.usage_key using (key) group by 1, 2, 3
     ), stated as (
       select statement.supplier, line.interaction, line.outcome,
         coalesce(sum(line.quantity) filter (where line.kind = 'usage'), 0) as in_time,
         coalesce(sum(line.quantity) filter (where line.kind = 'late'), 0) as late
       from billing.statement_line as line join billing.statement using (serial)
       where line.month = $1 and line.kind in ('usage', 'late') group by 1, 2, 3
     )
     select supplier, interaction, outcome, coalesce(counted.billable, 0)::bigint as counted,
       coalesce(counted.late, 0)::bigint as late, coalesce(counted.to_be_stated, 0)::bigint as "toBeStated",
       coalesce(stated.in_time, 0)::bigint as "statedInTime", coalesce(stated.late, 0)::bigint as "statedLate"
     from counted full join stated using (supplier, interaction, outcome)
     order by supplier, interaction, outcome`,
    [month, from, to],
  );
  const kinds = z.array(Row).parse(rows);
  const sum = (of: (row: Row) => number) => kinds.reduce((all, row) => all + of(row), 0);
  return {
    stated: sum((row) => row.statedInTime + row.statedLate),
    counted: sum((row) => row.counted),
    toBeStated: sum((row) => row.toBeStated),
    differences: [
      ...kinds.flatMap((row) => lineDifference(row) ?? []),
      ...(await adjustmentDifferences(client, month)),
      ...(await hourDifferences(client, from, to)),
    ],
  };
}

function lineDifference(row: Row): MonthDifference | null {
  const { supplier, interaction, outcome, statedInTime, statedLate } = row;
  const inTime = row.counted - row.late;
  const late = row.late - row.toBeStated;
  if (statedInTime === inTime && statedLate === late) return null;
  const [stated, due] = [statedInTime + statedLate, inTime + late];
  return {
    kind: stated === due ? 'altered' : stated > due ? 'doubled' : 'lost',
    about: `the statements of ${supplier} have ${statedInTime} and ${statedLate} late for ${interaction}, ${outcome}; counted are ${inTime} and ${late} late`,
  };
}

/** Lines of corrections that are not those that were ordered. */
async function adjustmentDifferences(client: ClientBase, month: string): Promise<MonthDifference[]> {
  const { rows } = await client.query<{ about: string }>(
    `select 'the line ' || stating.number || '/' || line.line || ' states ' || line.amount_pence || ' pence of correction '
       || coalesce(line.adjustment::text, 'none') || coalesce('; ordered were ' || made.amount_pence || ' for ' || made.supplier, '') as about
     from billing.statement_line as line join billing.statement as stating using (serial)
     left join billing.adjustment as made on made.id = line.adjustment
     where line.month = $1 and line.kind = 'adjustment'
       and (made.id is null or made.amount_pence <> line.amount_pence or made.supplier <> stating.supplier)
     order by line.serial, line.line`,
    [month],
  );
  return rows.map(({ about }) => ({ kind: 'altered', about }));
}

const HourRow = z.object({
  hour: z.date(),
  requests: Count,
  billable: Count,
  had: Count,
  hadBillable: Count,
});

/** Hours whose usage is no longer what it was when they were held against ledger and audit, though nothing came for them. */
async function hourDifferences(client: ClientBase, from: Date, to: Date): Promise<MonthDifference[]> {
  const { rows } = await client.query<Record<string, unknown>>(
    `with summed as (
       select hour, sum(requests) as requests, sum(billable) as billable
       from billing.usage_hour where hour >= $1 and hour < $2 group by hour
     )
     select kept.hour, coalesce(summed.requests, 0)::bigint as requests, coalesce(summed.billable, 0)::bigint as billable,
       kept.requests as had, kept.billable as "hadBillable"
     from billing.reconciled_hour as kept left join summed using (hour)
     where kept.hour >= $1 and kept.hour < $2 and kept.is_balanced and kept.changes = kept.as_of
       and (coalesce(summed.requests, 0), coalesce(summed.billable, 0)) <> (kept.requests, kept.billable)
     order by kept.hour`,
    [from, to],
  );
  return z
    .array(HourRow)
    .parse(rows)
    .map(({ hour, requests, billable, had, hadBillable }) => ({
      kind: requests === had ? 'altered' : requests > had ? 'doubled' : 'lost',
      about: `the usage of ${hour.toISOString()} has ${requests} requests, ${billable} billable; when it was held against ledger and audit it had ${had}, ${hadBillable} billable`,
    }));
}
