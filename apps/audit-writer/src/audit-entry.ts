import {
  type Deed,
  decodeCompleted,
  decodeReceived,
  type EdgeTally,
  ExchangeClosed,
  ExchangeCompleted,
  ExchangeReceived,
} from '@ssp/contracts';
import { readTraceparent, w3cTraceIdOf } from '@ssp/spine';
import { type Numbered, numberOf } from './numbers/numbered.ts';
import { withoutUrl } from './without-url.ts';

/** What an exchange is searched by, as every table and answer of the audit names it. */
export type SearchColumns = {
  readonly traceId: string | null;
  readonly fromAsid: string | null;
  readonly toAsid: string | null;
  readonly interactionId: string | null;
  /** Null, as all the rest, for an event that is of no exchange. */
  readonly method: string | null;
  readonly redactedUrl: string | null;
  readonly status: number | null;
  readonly outcome: string | null;
  readonly refusal: string | null;
  readonly remoteAddress: string | null;
  readonly certificateSerial: string | null;
  readonly certificateDn: string | null;
  /** What the decision rested on beside the above; of completed events alone. */
  readonly decisionId: string | null;
  /** With a comma between each. */
  readonly certificateNames: string | null;
  readonly network: string | null;
  /** The parties' organisations; of completed events alone. */
  readonly senderOds: string | null;
  readonly receiverOds: string | null;
  /** The consumer's own trace, 32 hexadecimal digits. */
  readonly w3cTraceId: string | null;
};

/** An event as the audit keeps it: what is searched by, the whole, and apart from both the full URL. */
export type AuditEntry = SearchColumns & {
  readonly eventId: string;
  readonly kind: 'received' | 'completed' | ExchangeClosed['type'] | EdgeTally['type'] | Deed['type'];
  readonly occurredAt: string;
  readonly internalId: string | null;
  /** The event's JSON text, as it was published, without its full URL. */
  readonly body: string;
  readonly fullUrl: string | null;
  /** Null where its producer numbers no events. */
  readonly numbered: Numbered | null;
};

/** May the event be told more than once, and is kept once? All but what an edge tells: deeds of people, and closings. */
export function isKeptOnce({ kind }: Pick<AuditEntry, 'kind'>): boolean {
  return kind !== 'received' && kind !== 'completed';
}

/** The topics whose events are audited. */
export const auditedTopics = [ExchangeReceived.topic, ExchangeCompleted.topic] as const;

/** Reads a record of one of the audited topics. Throws what decoding throws, or for another topic. */
export function readEntry(topic: string, value: Buffer): AuditEntry {
  const text = value.toString();
  switch (topic) {
    case ExchangeReceived.topic:
      return receivedEntry(decodeReceived(text), text);
    case ExchangeCompleted.topic: {
      const event = decodeCompleted(text);
      if (event.type === ExchangeCompleted.type) return completedEntry(event, text);
      return event.type === ExchangeClosed.type ? closedEntry(event, text) : deedEntry(event, text);
    }
    default:
      throw new Error(`nothing is known of topic ${topic}`);
  }
}

function receivedEntry(event: ExchangeReceived, text: string): AuditEntry {
  return {
    ...identity(event),
    kind: 'received',
    status: null,
    outcome: null,
    refusal: null,
    decisionId: null,
    certificateNames: null,
    network: null,
    senderOds: null,
    receiverOds: null,
    body: withoutUrl(text, event.data.url),
    fullUrl: storable(event.data.url),
  };
}

function completedEntry(event: ExchangeCompleted, text: string): AuditEntry {
  const { status, outcome, refusal, decisionId, network, connection, parties } = event.data;
  return {
    ...identity(event),
    kind: 'completed',
    status,
    outcome,
    refusal: storable(refusal),
    decisionId: storable(decisionId),
    certificateNames: storable(connection.certificateNames?.join(',') ?? null),
    network: network ?? null,
    senderOds: storable(parties?.senderOds ?? null),
    receiverOds: storable(parties?.receiverOds ?? null),
    body: text,
    fullUrl: null,
  };
}

function closedEntry(event: ExchangeClosed, text: string): AuditEntry {
  const { internalId, traceId, from, to, interactionId, method, redactedUrl, remoteAddress, traceparent } =
    event.data;
  return {
    ...deedEntry(event, text),
    internalId: internalId.toLowerCase(),
    traceId: storable(traceId),
    fromAsid: storable(from),
    toAsid: storable(to),
    interactionId: storable(interactionId),
    method: storable(method),
    redactedUrl: storable(redactedUrl),
    remoteAddress: storable(remoteAddress),
    outcome: event.data.outcome,
    w3cTraceId: w3cTraceId(traceparent),
  };
}

/** What has no columns but its own. */
function deedEntry(event: Deed | ExchangeClosed | EdgeTally, text: string): AuditEntry {
  return {
    eventId: storable(event.id),
    numbered: numberOf(event),
    kind: event.type,
    occurredAt: event.time,
    internalId: null,
    traceId: null,
    fromAsid: null,
    toAsid: null,
    interactionId: null,
    method: null,
    redactedUrl: null,
    status: null,
    outcome: null,
    refusal: null,
    remoteAddress: null,
    certificateSerial: null,
    certificateDn: null,
    decisionId: null,
    certificateNames: null,
    network: null,
    senderOds: null,
    receiverOds: null,
    w3cTraceId: null,
    body: text,
    fullUrl: null,
  };
}

function identity(event: ExchangeReceived | ExchangeCompleted) {
  const { id, time, data } = event;
  return {
    eventId: storable(id),
    numbered: numberOf(event),
    occurredAt: time,
    internalId: data.internalId.toLowerCase(),
    traceId: storable(data.traceId),
    fromAsid: storable(data.from),
    toAsid: storable(data.to),
    interactionId: storable(data.interactionId),
    method: storable(data.method),
    redactedUrl: storable(data.redactedUrl),
    remoteAddress: storable(data.connection.remoteAddress),
    certificateSerial: storable(data.connection.certificateSerial),
    certificateDn: storable(data.connection.certificateDn),
    w3cTraceId: w3cTraceId(data.traceparent),
  };
}

/** Read again, so that the column holds such an id or nothing. */
function w3cTraceId(told: string | null | undefined): string | null {
  const traceparent = readTraceparent(told ?? undefined);
  return traceparent === null ? null : w3cTraceIdOf(traceparent);
}

/** What a column can hold: no NUL, no lone surrogate. The body keeps them, as escapes. */
function storable<Text extends string | null>(text: Text): Text | string {
  // Nearly always as it is, and looking is quicker than replacing.
  if (text === null || (!text.includes('\0') && text.isWellFormed())) return text;
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
