import { finished } from 'node:stream/promises';
import { type SealUrl } from '@ssp/contracts';
import { type PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type ChainHead } from './chain-head.ts';
import { copyLine } from './copy-text.ts';
import { chainDigest } from './hash-chain.ts';
import { type Place } from './place.ts';
import { type ReadRecord } from './read-records.ts';

const copyEvents = `copy audit.event (
  topic, partition, "offset", event_id, kind, occurred_at, internal_id, trace_id, from_asid, to_asid, interaction_id,
  method, redacted_url, status, outcome, refusal, remote_address, certificate_serial, certificate_dn, decision_id,
  certificate_names, network, sender_ods, receiver_ods, body, digest
) from stdin`;

const copyUrls = `copy audit.full_url (
  topic, partition, "offset", internal_id, occurred_at, url, digest
) from stdin`;

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
  let events = '';
  let urls = '';
  for (const { offset, entry } of records) {
    const place = { topic, partition, offset };
    eventDigest = chainDigest(eventDigest, place, [entry.body]);
    events += copyLine([
      topic,
      partition,
      offset,
      entry.eventId,
      entry.kind,
      entry.occurredAt,
      entry.internalId,
      entry.traceId,
      entry.fromAsid,
      entry.toAsid,
      entry.interactionId,
      entry.method,
      entry.redactedUrl,
      entry.status,
      entry.outcome,
      entry.refusal,
      entry.remoteAddress,
      entry.certificateSerial,
      entry.certificateDn,
      entry.decisionId,
      entry.certificateNames,
      entry.network,
      entry.senderOds,
      entry.receiverOds,
      entry.body,
      eventDigest,
    ]);
    if (entry.fullUrl === null || entry.internalId === null) continue;
    const url = sealUrl?.(entry.fullUrl, entry.internalId, Date.now()) ?? entry.fullUrl;
    urlDigest = chainDigest(urlDigest, place, [entry.internalId, entry.occurredAt, url]);
    urls += copyLine([topic, partition, offset, entry.internalId, entry.occurredAt, url, urlDigest]);
  }
  if (events !== '') await copy(client, copyEvents, events);
  if (urls !== '') await copy(client, copyUrls, urls);
  return { eventDigest, urlDigest };
}

async function copy(client: PoolClient, statement: string, lines: string): Promise<void> {
  const stream = client.query(copyFrom(statement));
  stream.end(Buffer.from(lines));
  await finished(stream);
}
