import { type Pool } from 'pg';
import { type Search } from './search-query.ts';
import { type SearchColumns } from './audit-entry.ts';

export type FoundExchange = SearchColumns & {
  readonly internalId: string;
  readonly receivedAt: string | null;
  readonly completedAt: string | null;
};

/**
 * Exchanges with an event that matches all that is asked for, the newest first; targets are masked.
 * Goes from the few newest matching events to their exchanges, where the view would join every one in the window.
 */
export async function findExchanges(pool: Pool, search: Search): Promise<readonly FoundExchange[]> {
  const { rows } = await pool.query<FoundExchange>({
    // Not a named statement: the plan should follow from what is asked for.
    text: `
      with matching as (
        select internal_id, occurred_at
        from audit.event
        where internal_id is not null
          and ($1::text is null or trace_id in ($1, lower($1), upper($1)))
          and ($2::uuid is null or internal_id = $2)
          and ($3::text is null or from_asid = $3)
          and ($4::text is null or to_asid = $4)
          and ($5::timestamptz is null or occurred_at >= $5)
          and ($6::timestamptz is null or occurred_at < $6)
          and ($8::text is null or decision_id = $8)
        order by occurred_at desc
        limit $7 * 2
      ),
      found as (
        select internal_id, max(occurred_at) as occurred_at
        from matching group by internal_id order by 2 desc limit $7
      )
      select
        found.internal_id as "internalId",
        received.occurred_at as "receivedAt",
        completed.occurred_at as "completedAt",
        known.trace_id as "traceId", known.from_asid as "fromAsid", known.to_asid as "toAsid",
        known.interaction_id as "interactionId", known.method, known.redacted_url as "redactedUrl",
        completed.status, completed.outcome, completed.refusal, completed.decision_id as "decisionId",
        completed.certificate_names as "certificateNames", completed.network,
        known.remote_address as "remoteAddress",
        known.certificate_serial as "certificateSerial", known.certificate_dn as "certificateDn"
      from found
      left join lateral (
        select occurred_at from audit.event
        where internal_id = found.internal_id and kind = 'received' order by occurred_at limit 1
      ) received on true
      left join lateral (
        select occurred_at, status, outcome, refusal, decision_id, certificate_names, network from audit.event
        where internal_id = found.internal_id and kind = 'completed' order by occurred_at limit 1
      ) completed on true
      cross join lateral (
        select trace_id, from_asid, to_asid, interaction_id, method, redacted_url, remote_address,
          certificate_serial, certificate_dn
        from audit.event where internal_id = found.internal_id order by kind desc, occurred_at limit 1
      ) known
      order by found.occurred_at desc`,
    values: [
      search.traceId,
      search.internalId,
      search.fromAsid,
      search.toAsid,
      search.from,
      search.to,
      search.limit,
      search.decisionId,
    ],
  });
  return rows;
}
