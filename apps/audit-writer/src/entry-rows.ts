import { finished } from 'node:stream/promises';
import { ExchangeClosed, ExchangeReceived, type SealUrl } from '@ssp/contracts';
import { type PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type AuditEntry } from './audit-entry.ts';
import { type ChainHead } from './chain-head.ts';
import { CopyRows } from './copy-rows.ts';
import { chainDigest } from './hash-chain.ts';
import { type Place } from './place.ts';
import { type ReadRecord } from './read-records.ts';

const copyEvents = `copy audit.event (
  topic, partition, "offset", event_id, kind, occurred_at, internal_id, trace_id, from_asid, to_asid, interaction_id,
  method, redacted_url, status, outcome, refusal, remote_address, certificate_serial, certificate_dn, decision_id,
  certificate_names, network, sender_ods, receiver_ods, w3c_trace_id, body, digest
) from stdin with (format binary)`;
const eventFields = 27;
/** What the columns beside the body take as a rule. */
const columnsBytes = 1_024;

const copyUrls = `copy audit.full_url (
  topic, partition, "offset", internal_id, occurred_at, url, digest
) from stdin with (format binary)`;
const urlFields = 7;
const urlBytes = 1_024;

/** What rows were made of, to be counted. */
export type EntryCounts = {
  readonly byKind: ReadonlyMap<AuditEntry['kind'], number>;
  /** When the last of them occurred that goes by a time of its own: a closing goes by that of what it closes. */
  readonly newestAt: string | null;
};

/**
 * The rows of one partition's events, each chained to the one before, to be written by COPY; of a full URL what is stored is chained. Nothing of
 * an event is held but its rows.
 */
export class EntryRows {
  readonly #place: Pick<Place, 'topic' | 'partition'>;
  readonly #sealUrl: SealUrl | null;
  readonly #events: CopyRows;
  readonly #urls: CopyRows;
  readonly #byKind = new Map<AuditEntry['kind'], number>();
  #newestAt: string | null = null;
  #head: ChainHead;

  /** With room for so many events whose bodies have so many bytes; more is made when it is needed. */
  constructor(
    { topic, partition }: Pick<Place, 'topic' | 'partition'>,
    head: ChainHead,
    sealUrl: SealUrl | null,
    room: { readonly events: number; readonly bodyBytes: number },
  ) {
    this.#place = { topic, partition };
    this.#head = head;
    this.#sealUrl = sealUrl;
    this.#events = new CopyRows(room.bodyBytes + room.events * columnsBytes);
    this.#urls = new CopyRows(topic === ExchangeReceived.topic ? room.events * urlBytes : 0);
  }

  /** What the next row is chained to. */
  get head(): ChainHead {
    return this.#head;
  }

  get counts(): EntryCounts {
    return { byKind: this.#byKind, newestAt: this.#newestAt };
  }

  add({ offset, entry }: ReadRecord): void {
    const place = { ...this.#place, offset };
    const eventDigest = chainDigest(this.#head.eventDigest, place, [entry.body]);
    putEvent(this.#events, place, entry, eventDigest);
    this.#head = { eventDigest, urlDigest: this.#addUrl(place, entry) };
    this.#byKind.set(entry.kind, (this.#byKind.get(entry.kind) ?? 0) + 1);
    if (entry.kind !== ExchangeClosed.type) this.#newestAt = entry.occurredAt;
  }

  /** Sends the rows. No more may be added. */
  async copyTo(client: PoolClient): Promise<void> {
    if (this.#events.rows > 0) await copy(client, copyEvents, this.#events);
    if (this.#urls.rows > 0) await copy(client, copyUrls, this.#urls);
  }

  /** Returns the head of the chain of URLs. */
  #addUrl(place: Place, { fullUrl, internalId, occurredAt }: AuditEntry): Buffer {
    const { urlDigest } = this.#head;
    if (fullUrl === null || internalId === null) return urlDigest;
    const url = this.#sealUrl?.(fullUrl, internalId, Date.now()) ?? fullUrl;
    const digest = chainDigest(urlDigest, place, [internalId, occurredAt, url]);
    putPlace(this.#urls, urlFields, place);
    this.#urls.putUuid(internalId);
    this.#urls.putTime(occurredAt);
    this.#urls.putText(url);
    this.#urls.putBytes(digest);
    return digest;
  }
}

function putEvent(events: CopyRows, place: Place, entry: AuditEntry, digest: Buffer): void {
  putPlace(events, eventFields, place);
  events.putText(entry.eventId);
  events.putText(entry.kind);
  events.putTime(entry.occurredAt);
  events.putUuid(entry.internalId);
  events.putText(entry.traceId);
  events.putText(entry.fromAsid);
  events.putText(entry.toAsid);
  events.putText(entry.interactionId);
  events.putText(entry.method);
  events.putText(entry.redactedUrl);
  events.putInt32(entry.status);
  events.putText(entry.outcome);
  events.putText(entry.refusal);
  events.putText(entry.remoteAddress);
  events.putText(entry.certificateSerial);
  events.putText(entry.certificateDn);
  events.putText(entry.decisionId);
  events.putText(entry.certificateNames);
  events.putText(entry.network);
  events.putText(entry.senderOds);
  events.putText(entry.receiverOds);
  events.putText(entry.w3cTraceId);
  events.putText(entry.body);
  events.putBytes(digest);
}

function putPlace(rows: CopyRows, fields: number, { topic, partition, offset }: Place): void {
  rows.begin(fields);
  rows.putText(topic);
  rows.putInt32(partition);
  rows.putInt64(offset);
}

async function copy(client: PoolClient, statement: string, rows: CopyRows): Promise<void> {
  const stream = client.query(copyFrom(statement));
  stream.end(rows.ended());
  await finished(stream);
}
