import { type Pool } from 'pg';
import { type Anchor } from './search-cursor.ts';
import { type Search } from './search-query.ts';

/** An exchange that was found, and the time it goes by. */
export type FoundAnchor = { readonly internalId: string; readonly occurredAt: Date };

/**
 * The ids of the exchanges that match all that is asked for, the newest first. They are found by one event each, so that no page
 * repeats what another has shown.
 */
export async function findAnchors(pool: Pool, search: Search): Promise<readonly FoundAnchor[]> {
  const { filters, anchor, from, to, after, limit } = search;
  const { rows } = await pool.query<FoundAnchor>({
    // Not a named statement: the plan should follow from what is asked for.
    text: statements[anchor],
    values: [
      filters.traceId,
      filters.internalId,
      filters.fromAsid,
      filters.toAsid,
      filters.interactionId,
      from,
      to,
      after?.occurredAt,
      after?.internalId,
      limit,
      filters.w3cTraceId?.toLowerCase(),
      ...(anchor === 'completed'
        ? [filters.decisionId, filters.organisation, filters.outcome, filters.refusal]
        : []),
    ],
  });
  return rows;
}

const common = `
  ($1::text is null or anchor.trace_id in ($1, lower($1), upper($1)))
  and ($11::text is null or anchor.w3c_trace_id = $11)
  and ($2::uuid is null or anchor.internal_id = $2)
  and ($3::text is null or anchor.from_asid = $3)
  and ($4::text is null or anchor.to_asid = $4)
  and ($5::text is null or anchor.interaction_id = $5)
  and ($6::timestamptz is null or anchor.occurred_at >= $6)
  and ($7::timestamptz is null or anchor.occurred_at < $7)
  -- The first half is for the index and the partitions.
  and ($8::timestamptz is null or anchor.occurred_at <= $8)
  and ($8::timestamptz is null or (anchor.occurred_at, anchor.internal_id) < ($8, $9::uuid))`;

const newest = 'order by anchor.occurred_at desc, anchor.internal_id desc limit $10';

const statements: Readonly<Record<Anchor, string>> = {
  // An end without a beginning, which should not be, stands for itself.
  received: `
    select anchor.internal_id as "internalId", anchor.occurred_at as "occurredAt" from audit.event anchor
    where ${common}
      and (
        anchor.kind = 'received'
        or anchor.kind = 'completed' and not exists (
          select from audit.event received
          where received.internal_id = anchor.internal_id and received.kind = 'received'
            and received.occurred_at > anchor.occurred_at - interval '1 day'
            and received.occurred_at < anchor.occurred_at + interval '1 day'
        )
      )
    ${newest}`,
  // A closing gives way to an end that came after all.
  completed: `
    select anchor.internal_id as "internalId", anchor.occurred_at as "occurredAt" from audit.event anchor
    where ${common}
      and (
        anchor.kind = 'completed'
        or anchor.kind = 'exchange.closed' and not exists (
          select from audit.event completed
          where completed.internal_id = anchor.internal_id and completed.kind = 'completed'
            and completed.occurred_at > anchor.occurred_at - interval '1 day'
        )
      )
      and ($12::text is null or anchor.decision_id = $12)
      and ($13::text is null or anchor.sender_ods = $13 or anchor.receiver_ods = $13)
      and ($14::text is null or anchor.outcome = $14)
      and ($15::text is null or anchor.refusal = $15)
    ${newest}`,
};
