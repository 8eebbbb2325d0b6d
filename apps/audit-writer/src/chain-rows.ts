import { type Pool } from 'pg';
import { type PartitionRecord } from './partition-record.ts';
import { type SearchColumns } from './audit-entry.ts';

const PAGE_ROWS = 2_000;

export type EventRow = SearchColumns & {
  readonly offset: string;
  readonly body: string;
  readonly digest: Buffer;
  readonly eventId: string;
  readonly kind: string;
  readonly occurredAt: Date;
  readonly internalId: string | null;
};

export type UrlRow = {
  readonly offset: string;
  readonly internalId: string;
  readonly occurredAt: Date;
  readonly url: string;
  readonly digest: Buffer;
};

const eventPage = `
  select "offset", body::text as body, digest, event_id as "eventId", kind, occurred_at as "occurredAt",
    internal_id as "internalId", trace_id as "traceId", from_asid as "fromAsid", to_asid as "toAsid",
    interaction_id as "interactionId", method, redacted_url as "redactedUrl", status, outcome, refusal,
    remote_address as "remoteAddress", certificate_serial as "certificateSerial", certificate_dn as "certificateDn",
    decision_id as "decisionId", certificate_names as "certificateNames", network,
    sender_ods as "senderOds", receiver_ods as "receiverOds"
  from audit.event
  where topic = $1 and partition = $2 and "offset" > $3 and "offset" < $4
  order by "offset"
  limit $5`;

const urlPage = `
  select "offset", internal_id as "internalId", occurred_at as "occurredAt", url, digest
  from audit.full_url
  where topic = $1 and partition = $2 and "offset" > $3 and "offset" < $4
  order by "offset"
  limit $5`;

/** A partition's events in the order of their offsets, as far as its record goes: a writer may be adding more. */
export function eventRows(pool: Pool, record: PartitionRecord): AsyncGenerator<EventRow> {
  return pages<EventRow>(pool, eventPage, record);
}

/** A partition's full URLs in the order of their offsets. */
export function urlRows(pool: Pool, record: PartitionRecord): AsyncGenerator<UrlRow> {
  return pages<UrlRow>(pool, urlPage, record);
}

async function* pages<Row extends { readonly offset: string }>(
  pool: Pool,
  text: string,
  { topic, partition, nextOffset }: PartitionRecord,
): AsyncGenerator<Row> {
  for (let after = '-1'; ;) {
    const { rows } = await pool.query<Row>(text, [topic, partition, after, nextOffset, PAGE_ROWS]);
    yield* rows;
    const last = rows.at(-1);
    if (!last) return;
    after = last.offset;
  }
}
