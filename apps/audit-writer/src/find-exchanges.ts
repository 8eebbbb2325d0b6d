import { type Pool } from 'pg';
import { type Search } from './search-query.ts';

export type FoundExchange = {
  readonly internalId: string;
  readonly receivedAt: string | null;
  readonly completedAt: string | null;
  readonly traceId: string | null;
  readonly fromAsid: string | null;
  readonly toAsid: string | null;
  readonly interactionId: string | null;
  readonly method: string;
  readonly redactedUrl: string;
  readonly status: number | null;
  readonly outcome: string | null;
  readonly refusal: string | null;
  readonly remoteAddress: string;
  readonly certificateSerial: string | null;
  readonly certificateDn: string | null;
};

/** Exchanges that match all that is asked for, the newest first; targets are masked. */
export async function findExchanges(pool: Pool, search: Search): Promise<readonly FoundExchange[]> {
  const { rows } = await pool.query<FoundExchange>({
    // Not a named statement: the plan should follow from what is asked for.
    text: `
      select
        internal_id as "internalId", received_at as "receivedAt", completed_at as "completedAt",
        trace_id as "traceId", from_asid as "fromAsid", to_asid as "toAsid", interaction_id as "interactionId",
        method, redacted_url as "redactedUrl", status, outcome, refusal, remote_address as "remoteAddress",
        certificate_serial as "certificateSerial", certificate_dn as "certificateDn"
      from audit.exchange
      where ($1::text is null or trace_id in ($1, lower($1), upper($1)))
        and ($2::uuid is null or internal_id = $2)
        and ($3::text is null or from_asid = $3)
        and ($4::text is null or to_asid = $4)
        and ($5::timestamptz is null or occurred_at >= $5)
        and ($6::timestamptz is null or occurred_at < $6)
      order by occurred_at desc
      limit $7`,
    values: [
      search.traceId,
      search.internalId,
      search.fromAsid,
      search.toAsid,
      search.from,
      search.to,
      search.limit,
    ],
  });
  return rows;
}
