import { finished } from 'node:stream/promises';
import { type SealUrl } from '@ssp/contracts';
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
  certificate_names, network, sender_ods, receiver_ods, body, digest
) from stdin with (format binary)`;
const eventFields = 26;
/** What the columns beside the body take as a rule, and as much as a row of a URL does. */
const columnsBytes = 1_024;

const copyUrls = `copy audit.full_url (
  topic, partition, "offset", internal_id, occurred_at, url, digest
) from stdin with (format binary)`;
const urlFields = 7;

/**
 * Writes the events of one partition and chains each to the one before; of a full URL what is stored is chained. Returns the new
 * head of the chains.
 */
export async function copyEntries(
  client: PoolClient,
  { topic, partition }: Pick<Place, 'topic' | 'partition'>,
  records: readonly ReadRecord[],
  head: ChainHead,
  sealUrl: SealUrl | null,
): Promise<ChainHead> {
  let { eventDigest, urlDigest } = head;
  let bodyLength = 0;
  for (const { entry } of records) bodyLength += entry.body.length;
  const events = new CopyRows(bodyLength + records.length * columnsBytes);
  const urls = new CopyRows(records.length * columnsBytes);
  for (const { offset, entry } of records) {
    const place = { topic, partition, offset };
    eventDigest = chainDigest(eventDigest, place, [entry.body]);
    putEvent(events, place, entry, eventDigest);
    if (entry.fullUrl === null || entry.internalId === null) continue;
    const url = sealUrl?.(entry.fullUrl, entry.internalId, Date.now()) ?? entry.fullUrl;
    urlDigest = chainDigest(urlDigest, place, [entry.internalId, entry.occurredAt, url]);
    putPlace(urls, urlFields, place);
    urls.putUuid(entry.internalId);
    urls.putTime(entry.occurredAt);
    urls.putText(url);
    urls.putBytes(urlDigest);
  }
  if (events.rows > 0) await copy(client, copyEvents, events);
  if (urls.rows > 0) await copy(client, copyUrls, urls);
  return { eventDigest, urlDigest };
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
