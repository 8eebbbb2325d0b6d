import { WrittenBelow } from '@ssp/contracts';
import { inTransaction } from '@ssp/postgres';
import { type Pool } from 'pg';
import { type HourOutcome } from './hour-outcome.ts';
import { type Offsets, offsetsOf } from './offsets.ts';

/** What an hour came to when it was reconciled before. */
export type Former = {
  /** Null where it never was. */
  readonly at: Date | null;
  readonly isBalanced: boolean;
  readonly asOf: bigint;
  readonly written: Offsets;
};

export async function readFormer(pool: Pool, hour: Date): Promise<Former> {
  const { rows } = await pool.query<{ at: Date | null; isBalanced: boolean; asOf: string; written: unknown }>(
    `select at, is_balanced as "isBalanced", as_of as "asOf", written from billing.reconciled_hour where hour = $1`,
    [hour],
  );
  const [row] = rows;
  if (row === undefined) return { at: null, isBalanced: false, asOf: -1n, written: new Map() };
  const { at, isBalanced, asOf, written } = row;
  return { at, isBalanced, asOf: BigInt(asOf), written: offsetsOf(WrittenBelow.parse(written)) };
}

/** Keeps what an hour came to in place of what it came to before; what came late stays named. */
export function storeHour(pool: Pool, hour: Date, outcome: HourOutcome): Promise<void> {
  const { usage } = outcome;
  const written = [...outcome.written].map(([partition, offset]) => ({ partition, offset: String(offset) }));
  const found = [...outcome.found, ...outcome.late];
  return inTransaction(pool, async (client) => {
    await client.query(
      `update billing.reconciled_hour set as_of = $2, at = now(), is_balanced = $3, told = $4, audited = $5, entered = $6,
         requests = $7, billable = $8, request_bytes = $9, response_bytes = $10, closed = $11, differences = $12, written = $13
       where hour = $1`,
      [
        hour,
        outcome.asOf,
        outcome.differences === 0,
        outcome.told,
        outcome.audited,
        outcome.entered,
        usage.requests,
        usage.billable,
        usage.requestBytes,
        usage.responseBytes,
        outcome.closed,
        outcome.differences,
        JSON.stringify(written),
      ],
    );
    const named = [
      hour,
      found.map(({ kind }) => kind),
      found.map(({ internalId }) => internalId),
      found.map(({ traceId }) => storable(traceId)),
      found.map(({ about }) => storable(about)),
    ];
    const told =
      'unnest($2::text[], $3::uuid[], $4::text[], $5::text[]) as told (kind, internal_id, trace_id, about)';
    const isSame = `(kept.kind, kept.internal_id, kept.trace_id, kept.about) is not distinct from (told.kind, told.internal_id, told.trace_id, told.about)`;
    // What is named once more keeps its number: a person may be about to accept it.
    await client.query(
      `delete from billing.difference as kept
       where kept.hour = $1 and kept.kind <> 'late' and not exists (select from ${told} where ${isSame})`,
      named,
    );
    await client.query(
      `insert into billing.difference (hour, kind, internal_id, trace_id, about)
       select $1, told.* from ${told}
       where not exists (select from billing.difference as kept where kept.hour = $1 and ${isSame})`,
      named,
    );
  });
}

/** A trace id is what a caller said, and may hold what a column cannot. */
function storable<Text extends string | null>(text: Text): Text | string {
  return text === null ? text : text.replaceAll('\0', '\uFFFD').toWellFormed();
}
