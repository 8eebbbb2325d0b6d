import { type Queryable } from '../queryable.ts';
import { type ChainRow, type EventColumns } from './chain-source.ts';

const PAGE_ROWS = 2_000;

/** A partition up to, and without, an offset: a writer may be adding more. */
export type Stretch = { readonly topic: string; readonly partition: number; readonly nextOffset: bigint };

type EventRow = EventColumns & { readonly offset: string; readonly body: string; readonly digest: Buffer };

type UrlRow = {
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
    sender_ods as "senderOds", receiver_ods as "receiverOds", w3c_trace_id as "w3cTraceId"
  from audit.event
  where topic = $1 and partition = $2 and ("offset", occurred_at) > ($3, $4) and "offset" < $5
  order by "offset", occurred_at
  limit $6`;

const urlPage = `
  select "offset", internal_id as "internalId", occurred_at as "occurredAt", url, digest
  from audit.full_url
  where topic = $1 and partition = $2 and ("offset", occurred_at) > ($3, $4) and "offset" < $5
  order by "offset", occurred_at
  limit $6`;

/** A partition's events in the order of their offsets. */
export async function* eventRows(db: Queryable, stretch: Stretch): AsyncGenerator<ChainRow> {
  for await (const { offset, body, digest, ...columns } of pages<EventRow>(db, eventPage, stretch)) {
    yield { offset: BigInt(offset), texts: [body], digest, columns, follows: null };
  }
}

/** A partition's full URLs in the order of their offsets. */
export async function* urlRows(db: Queryable, stretch: Stretch): AsyncGenerator<ChainRow> {
  for await (const row of pages<UrlRow>(db, urlPage, stretch)) {
    const texts = [row.internalId, row.occurredAt.toISOString(), row.url];
    yield { offset: BigInt(row.offset), texts, digest: row.digest, columns: null, follows: null };
  }
}

async function* pages<Row extends { readonly offset: string; readonly occurredAt: Date }>(
  db: Queryable,
  text: string,
  { topic, partition, nextOffset }: Stretch,
): AsyncGenerator<Row> {
  let after: readonly (string | Date)[] = ['-1', '-infinity'];
  for (;;) {
    const { rows } = await db.query<Row>(text, [topic, partition, ...after, String(nextOffset), PAGE_ROWS]);
    yield* rows;
    const last = rows.at(-1);
    if (!last) return;
    after = [last.offset, last.occurredAt];
  }
}
