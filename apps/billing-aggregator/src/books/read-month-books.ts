import { type ClientBase } from 'pg';
import { z } from 'zod';
import {
  type LateUsage,
  type MonthBooks,
  type PendingAdjustment,
  type Stated,
  type SupplierUsage,
} from './draft-statements.ts';

/** The first moment of a month, and that of the next. */
export function monthBounds(month: string): { readonly from: Date; readonly to: Date } {
  const from = new Date(`${month}-01T00:00:00Z`);
  return { from, to: new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1)) };
}

/** Reads all that a month is closed with; to be called while nobody counts. */
export async function readMonthBooks(client: ClientBase, month: string): Promise<MonthBooks> {
  const late = await readLate(client);
  return {
    month,
    usage: await readUsage(client, month),
    late,
    stated: await readStated(client, late),
    adjustments: await readPending(client),
  };
}

// pg hands over whole numbers of 64 bits as text.
const Count = z.string().transform(Number).pipe(z.int().nonnegative());
const Pence = z.string().transform(BigInt);

const UsageRow = z.object({
  supplier: z.string(),
  interaction: z.string(),
  outcome: z.string(),
  requests: Count,
  quantity: Count,
});

async function readUsage(client: ClientBase, month: string): Promise<SupplierUsage[]> {
  const { from, to } = monthBounds(month);
  const { rows } = await client.query<Record<string, unknown>>(
    // Summed by key first: a month has far more hours than names.
    `with counted as (
       select key, sum(requests) as requests, sum(billable) as billable
       from billing.usage_hour where hour >= $1 and hour < $2 group by key
     )
     select supplier, interaction, outcome,
       sum(requests)::bigint as requests, sum(billable)::bigint as quantity
     from counted join billing.usage_key using (key)
     group by supplier, interaction, outcome`,
    [from, to],
  );
  return z.array(UsageRow).parse(rows);
}

const LateRow = z.object({
  supplier: z.string(),
  month: z.string(),
  interaction: z.string(),
  outcome: z.string(),
  quantity: Count,
});

async function readLate(client: ClientBase): Promise<LateUsage[]> {
  const { rows } = await client.query<Record<string, unknown>>(
    `select supplier, to_char(hour at time zone 'UTC', 'YYYY-MM') as month, interaction, outcome,
       count(*) as quantity
     from billing.late_exchange join billing.usage_key using (key)
     where id > (select coalesce(max(late_through), 0) from billing.period) and billable
     group by 1, 2, 3, 4`,
  );
  return z.array(LateRow).parse(rows);
}

const StatedRow = z.object({
  interaction: z.string().nullable(),
  outcome: z.string().nullable(),
  quantity: Count,
  usageAmount: Pence,
  minimumAmount: Pence,
});

/** What was stated of the months that have late usage. */
async function readStated(client: ClientBase, late: readonly LateUsage[]): Promise<Stated[]> {
  const wanted = new Map(late.map(({ supplier, month }) => [`${supplier}\n${month}`, { supplier, month }]));
  const stated: Stated[] = [];
  for (const { supplier, month } of wanted.values()) {
    const lines = await client.query<Record<string, unknown>>(
      `select line.interaction, line.outcome, coalesce(sum(line.quantity), 0)::bigint as quantity,
         coalesce(sum(line.amount_pence) filter (where line.kind in ('usage', 'late')), 0)::bigint as "usageAmount",
         coalesce(sum(line.amount_pence) filter (where line.kind in ('minimum', 'late-minimum')), 0)::bigint
           as "minimumAmount"
       from billing.statement_line as line join billing.statement using (serial)
       where statement.supplier = $1 and line.month = $2 and line.kind <> 'adjustment'
       group by line.interaction, line.outcome`,
      [supplier, month],
    );
    const own = await client.query<{ number: string }>(
      'select number from billing.statement where supplier = $1 and month = $2',
      [supplier, month],
    );
    const rows = z.array(StatedRow).parse(lines.rows);
    stated.push({
      supplier,
      month,
      number: own.rows[0]?.number ?? null,
      quantities: rows.flatMap(({ interaction, outcome, quantity }) =>
        interaction === null || outcome === null ? [] : { interaction, outcome, quantity },
      ),
      usageAmount: rows.reduce((sum, { usageAmount }) => sum + usageAmount, 0n),
      minimumAmount: rows.reduce((sum, { minimumAmount }) => sum + minimumAmount, 0n),
    });
  }
  return stated;
}

const PendingRow = z.object({
  id: Count,
  supplier: z.string(),
  month: z.string(),
  refersTo: z.string(),
  amount: Pence,
  reason: z.string(),
});

async function readPending(client: ClientBase): Promise<PendingAdjustment[]> {
  const { rows } = await client.query<Record<string, unknown>>(
    `select made.id, made.supplier, corrected.month, corrected.number || '/' || made.line as "refersTo",
       made.amount_pence as amount, made.reason
     from billing.adjustment as made join billing.statement as corrected using (serial)
     where not exists (select from billing.statement_line as stating where stating.adjustment = made.id)
     order by made.id`,
  );
  return z.array(PendingRow).parse(rows);
}
