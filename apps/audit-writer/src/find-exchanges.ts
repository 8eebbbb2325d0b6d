import { type AuditedExchange, type AuditedExchanges, type ExchangeOutcome } from '@ssp/contracts';
import { type Pool } from 'pg';
import { type FoundAnchor, findAnchors } from './find-anchors.ts';
import { writeCursor } from './search-cursor.ts';
import { type Search } from './search-query.ts';

/** A page of the exchanges that match all that is asked for, the newest first; targets are masked. */
export async function findExchanges(pool: Pool, search: Search): Promise<AuditedExchanges> {
  // One more than is shown tells whether there is another page.
  const anchors = await findAnchors(pool, { ...search, limit: search.limit + 1 });
  const shown = anchors.slice(0, search.limit);
  const last = shown.at(-1);
  return {
    exchanges: await exchangesOf(pool, shown),
    next: last === undefined || anchors.length === shown.length ? null : writeCursor(search, last),
  };
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
    remote_address as "remoteAddress", certificate_serial as "certificateSerial", certificate_dn as "certificateDn"
  from audit.event
  where internal_id = any($1::uuid[]) and occurred_at > $2 and occurred_at < $3
  order by occurred_at desc`;

const DAY_MS = 86_400_000;

/** In the order of their anchors. */
async function exchangesOf(pool: Pool, anchors: readonly FoundAnchor[]): Promise<AuditedExchange[]> {
  const newest = anchors.at(0);
  const oldest = anchors.at(-1);
  if (newest === undefined || oldest === undefined) return [];
  // Bounds, so that months without any of them are not looked into.
  const { rows } = await pool.query<EventRow>(eventsOf, [
    anchors.map(({ internalId }) => internalId),
    new Date(oldest.occurredAt.getTime() - DAY_MS),
    new Date(newest.occurredAt.getTime() + DAY_MS),
  ]);
  const received = new Map<string, EventRow>();
  const completed = new Map<string, EventRow>();
  for (const row of rows) (row.kind === 'completed' ? completed : received).set(row.internalId, row);
  return anchors.flatMap(({ internalId }) => {
    const exchange = exchangeOf(received.get(internalId), completed.get(internalId));
    return exchange === null ? [] : [exchange];
  });
}

function exchangeOf(received: EventRow | undefined, completed: EventRow | undefined): AuditedExchange | null {
  const known = received ?? completed;
  if (known === undefined) return null;
  const { kind: _kind, occurredAt: _occurredAt, ...columns } = known;
  return {
    ...columns,
    receivedAt: received?.occurredAt.toISOString() ?? null,
    completedAt: completed?.occurredAt.toISOString() ?? null,
    senderOds: completed?.senderOds ?? null,
    receiverOds: completed?.receiverOds ?? null,
    status: completed?.status ?? null,
    outcome: completed?.outcome ?? null,
    refusal: completed?.refusal ?? null,
    decisionId: completed?.decisionId ?? null,
    certificateNames: completed?.certificateNames ?? null,
    network: completed?.network ?? null,
  };
}
