import { type AuditedAsk, type AuditedAsksLine, ExchangeCompleted } from '@ssp/contracts';
import { inTransaction } from '@ssp/postgres';
import { type TellLines } from '@ssp/service';
import { type Pool } from 'pg';
import { z } from 'zod';
import { type Period } from './decision-query.ts';
import { sliceBySlice } from './slice-of-time.ts';

/**
 * Tells what throttle was asked in a period, in the order of arrival, slice by slice: so each statement stays within the pool's
 * time limit, and no more than a page is held here, however long and busy the period.
 */
export async function tellAsks(
  pool: Pool,
  period: Period,
  tell: TellLines<AuditedAsksLine>,
  signal: AbortSignal,
): Promise<void> {
  await sliceBySlice(period, (slice) => tellSlice(pool, slice, tell, signal));
  await tell([{ end: true }]);
}

type Row = { readonly receivedAt: Date; readonly completed: string | null };

// Arrival is what throttle's order follows from; all the rest stands in the completed event, which lies elsewhere in time.
const openAsks = `
  declare asks no scroll cursor for
  select received.occurred_at as "receivedAt", completed.body::text as completed
  from audit.event received
  left join lateral (
    select body from audit.event
    where internal_id = received.internal_id and kind = 'completed'
      and occurred_at >= received.occurred_at - interval '1 hour'
      and occurred_at < received.occurred_at + interval '1 day'
    order by occurred_at limit 1
  ) completed on true
  where received.kind = 'received' and received.occurred_at >= $1 and received.occurred_at < $2
  order by received.occurred_at, received."offset"`;

/** @returns how many exchanges there were */
function tellSlice(
  pool: Pool,
  { since, until }: Period,
  tell: TellLines<AuditedAsksLine>,
  signal: AbortSignal,
): Promise<number> {
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    await client.query(openAsks, [since, until]);
    let exchanges = 0;
    let notAsked = 0;
    let unended = 0;
    for (;;) {
      signal.throwIfAborted();
      const { rows } = await client.query<Row>('fetch 1000 from asks');
      if (rows.length === 0) break;
      exchanges += rows.length;
      const lines: AuditedAsksLine[] = [];
      for (const { receivedAt, completed } of rows) {
        const ask = completed === null ? null : askOf(receivedAt, completed);
        if (ask !== null) lines.push({ ask });
        else if (completed === null) unended += 1;
        else notAsked += 1;
      }
      await tell(lines);
    }
    await tell([{ reached: until.toISOString(), notAsked, unended }]);
    return exchanges;
  });
}

const whole = ExchangeCompleted.schema.shape;
// The whole event has been checked when it was kept; this is quicker by far.
const Completed = z.object({
  source: whole.source,
  data: whole.data.pick({
    traceId: true,
    from: true,
    to: true,
    interactionId: true,
    outcome: true,
    refusal: true,
    parties: true,
    admission: true,
    timings: true,
  }),
});

/** Null where throttle was not asked. */
function askOf(receivedAt: Date, completed: string): AuditedAsk | null {
  // Read here rather than by Postgres, whose functions refuse the escape of NUL that a token may hold.
  const { source, data } = Completed.parse(JSON.parse(completed));
  const { traceId, from, to, interactionId, outcome, refusal, parties, timings } = data;
  if (timings.admitMs === null || from === null || to === null || interactionId === null) return null;
  return {
    traceId,
    edge: source,
    from,
    to,
    interactionId,
    supplier: parties?.supplier ?? null,
    receivedAt: receivedAt.toISOString(),
    durationMs: timings.totalMs,
    outcome,
    refusal,
    admission: data.admission ?? null,
  };
}
