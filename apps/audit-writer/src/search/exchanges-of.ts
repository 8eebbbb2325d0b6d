import { type AuditedExchange, ExchangeClosed, type ExchangeOutcome } from '@ssp/contracts';
import { type Pool } from 'pg';
import { type FoundAnchor } from './find-anchors.ts';

const DAY_MS = 86_400_000;

/** The moments between which all events of the found exchanges lie, so that months without any are not looked into. */
export function timesAround(anchors: readonly FoundAnchor[]): readonly [after: Date, before: Date] {
  const times = anchors.map(({ occurredAt }) => occurredAt.getTime());
  return [new Date(Math.min(...times) - DAY_MS), new Date(Math.max(...times) + DAY_MS)];
}

type EventRow = Omit<AuditedExchange, 'receivedAt' | 'completedAt' | 'outcome'> & {
  readonly kind: string;
  readonly occurredAt: Date;
  readonly outcome: ExchangeOutcome | null;
};

const eventsOf = `
  select kind, occurred_at as "occurredAt", internal_id as "internalId", trace_id as "traceId",
    from_asid as "fromAsid", to_asid as "toAsid", sender_ods as "senderOds", receiver_ods as "receiverOds",
    interaction_id as "interactionId", method, redacted_url as "redactedUrl", status, outcome, refusal,
    decision_id as "decisionId", certificate_names as "certificateNames", network,
    remote_address as "remoteAddress", certificate_serial as "certificateSerial", certificate_dn as "certificateDn",
    w3c_trace_id as "w3cTraceId"
  from audit.event
  where internal_id = any($1::uuid[]) and occurred_at > $2 and occurred_at < $3
  order by occurred_at desc`;

/** The found exchanges as a search shows them, in the same order. */
export async function exchangesOf(pool: Pool, anchors: readonly FoundAnchor[]): Promise<AuditedExchange[]> {
  if (anchors.length === 0) return [];
  const ids = anchors.map(({ internalId }) => internalId);
  const { rows } = await pool.query<EventRow>(eventsOf, [ids, ...timesAround(anchors)]);
  const received = new Map<string, EventRow>();
  const completed = new Map<string, EventRow>();
  const closed = new Map<string, EventRow>();
  const byKind = new Map([
    ['received', received],
    ['completed', completed],
    [ExchangeClosed.type, closed],
  ]);
  for (const row of rows) byKind.get(row.kind)?.set(row.internalId, row);
  return ids.flatMap((id) => {
    const exchange = exchangeOf(received.get(id), completed.get(id), closed.get(id));
    return exchange === null ? [] : [exchange];
  });
}

function exchangeOf(
  received: EventRow | undefined,
  completed: EventRow | undefined,
  closed: EventRow | undefined,
): AuditedExchange | null {
  const known = received ?? completed ?? closed;
  if (known === undefined) return null;
  const { kind: _kind, occurredAt: _occurredAt, ...columns } = known;
  return {
    ...columns,
    receivedAt: received?.occurredAt.toISOString() ?? null,
    completedAt: completed?.occurredAt.toISOString() ?? null,
    senderOds: completed?.senderOds ?? null,
    receiverOds: completed?.receiverOds ?? null,
    status: completed?.status ?? null,
    outcome: completed?.outcome ?? closed?.outcome ?? null,
    refusal: completed?.refusal ?? null,
    decisionId: completed?.decisionId ?? null,
    certificateNames: completed?.certificateNames ?? null,
    network: completed?.network ?? null,
  };
}
