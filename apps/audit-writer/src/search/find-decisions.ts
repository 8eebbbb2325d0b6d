import { type AuditedDecision, ExchangeCompleted } from '@ssp/contracts';
import { type Pool } from 'pg';
import { type DecisionSearch } from './decision-query.ts';

type Row = {
  readonly internalId: string;
  readonly traceId: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly interactionId: string | null;
  readonly redactedUrl: string;
  readonly certificateDn: string | null;
  readonly receivedAt: Date | null;
  readonly completedAt: Date | null;
  readonly completed: string | null;
  /** Of one that was closed for want of an end. */
  readonly closedOutcome: 'abandoned' | null;
};

const most = 20;

/** What the decisions of a trace, an exchange or an id rested on, the newest first; of a trace at most twenty. */
export async function findDecisions(pool: Pool, search: DecisionSearch): Promise<readonly AuditedDecision[]> {
  const { rows } = await pool.query<Row>({
    // Not a named statement: the plan should follow from what is asked for.
    text: `
      with found as (
        select internal_id, max(occurred_at) as occurred_at
        from audit.event
        where ($1::text is null or trace_id in ($1, lower($1), upper($1)))
          and ($2::uuid is null or internal_id = $2)
          and ($3::text is null or decision_id = $3)
          and ($5::text is null or w3c_trace_id = $5)
        group by internal_id order by 2 desc limit $4
      )
      select
        found.internal_id as "internalId",
        known.trace_id as "traceId", known.from_asid as "from", known.to_asid as "to",
        known.interaction_id as "interactionId", known.redacted_url as "redactedUrl",
        known.certificate_dn as "certificateDn",
        received.occurred_at as "receivedAt", completed.occurred_at as "completedAt",
        completed.body::text as completed, closed.outcome as "closedOutcome"
      from found
      left join lateral (
        select occurred_at from audit.event
        where internal_id = found.internal_id and kind = 'received' order by occurred_at limit 1
      ) received on true
      left join lateral (
        select occurred_at, body from audit.event
        where internal_id = found.internal_id and kind = 'completed' order by occurred_at limit 1
      ) completed on true
      left join lateral (
        select outcome from audit.event where internal_id = found.internal_id and kind = 'exchange.closed' limit 1
      ) closed on true
      cross join lateral (
        select trace_id, from_asid, to_asid, interaction_id, redacted_url, certificate_dn
        from audit.event where internal_id = found.internal_id order by kind desc, occurred_at limit 1
      ) known
      order by found.occurred_at desc`,
    values: [search.traceId, search.internalId, search.decisionId, most, search.w3cTraceId],
  });
  return rows.map((row) => decisionOf(row));
}

function decisionOf({
  redactedUrl,
  completed,
  closedOutcome,
  receivedAt,
  completedAt,
  ...known
}: Row): AuditedDecision {
  // Read here rather than by Postgres, whose functions refuse the escape of NUL that a token may hold.
  const data = completed === null ? null : ExchangeCompleted.decode(completed).data;
  return {
    ...known,
    requestTarget: withoutQuery(redactedUrl),
    certificateNames: data?.connection.certificateNames ?? null,
    network: data?.network ?? null,
    receivedAt: receivedAt?.toISOString() ?? null,
    completedAt: completedAt?.toISOString() ?? null,
    outcome: data?.outcome ?? closedOutcome,
    status: data?.status ?? null,
    refusal: data?.refusal ?? null,
    refusalDetail: data?.refusalDetail ?? null,
    decisionId: data?.decisionId ?? null,
    rulesVersion: data?.rulesVersion ?? null,
    admission: data?.admission ?? null,
  };
}

function withoutQuery(target: string): string {
  // A target that came encoded hides its question mark behind an escape.
  const end = target.search(/^\/https%3a/i.test(target) ? /\?|%3f/i : /\?/);
  return end === -1 ? target : target.slice(0, end);
}
