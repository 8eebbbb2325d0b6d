import { ExchangeCompleted, ExchangeReceived } from '@ssp/contracts';

/** An event as the audit keeps it: what is searched by, the whole, and apart from both the full URL. */
export type AuditEntry = {
  readonly eventId: string;
  readonly kind: 'received' | 'completed';
  readonly occurredAt: string;
  readonly internalId: string;
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
  /** JSON text of the event without its full URL. */
  readonly body: string;
  readonly fullUrl: string | null;
};

/** The topics whose events are audited. */
export const auditedTopics = [ExchangeReceived.topic, ExchangeCompleted.topic] as const;

/** Reads a record of one of the audited topics. Throws what decoding throws, or for another topic. */
export function readEntry(topic: string, value: Buffer): AuditEntry {
  switch (topic) {
    case ExchangeReceived.topic:
      return receivedEntry(ExchangeReceived.decode(value));
    case ExchangeCompleted.topic:
      return completedEntry(ExchangeCompleted.decode(value));
    default:
      throw new Error(`nothing is known of topic ${topic}`);
  }
}

function receivedEntry(event: ExchangeReceived): AuditEntry {
  const { url, ...data } = event.data;
  return {
    ...identity(event),
    kind: 'received',
    status: null,
    outcome: null,
    refusal: null,
    body: JSON.stringify({ ...event, data }),
    fullUrl: url,
  };
}

function completedEntry(event: ExchangeCompleted): AuditEntry {
  const { status, outcome, refusal } = event.data;
  return {
    ...identity(event),
    kind: 'completed',
    status,
    outcome,
    refusal,
    body: JSON.stringify(event),
    fullUrl: null,
  };
}

function identity({ id, time, data }: ExchangeReceived | ExchangeCompleted) {
  return {
    eventId: id,
    occurredAt: time,
    internalId: data.internalId,
    traceId: data.traceId,
    fromAsid: data.from,
    toAsid: data.to,
    interactionId: data.interactionId,
    method: data.method,
    redactedUrl: data.redactedUrl,
    remoteAddress: data.connection.remoteAddress,
    certificateSerial: data.connection.certificateSerial,
    certificateDn: data.connection.certificateDn,
  };
}
