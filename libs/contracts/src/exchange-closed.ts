import { z } from 'zod';
import { defineEvent } from './event.ts';
import { ExchangeCompleted, ExchangeReceived } from './exchange-events.ts';

const { internalId, traceId, traceparent, from, to, interactionId, method, redactedUrl, connection } =
  ExchangeReceived.schema.shape.data.shape;

/** Why an exchange was closed: nobody told how it ended, as when its edge was killed. */
const closingReasons = ['no-end-told'] as const;

/**
 * The audit has given up waiting for the end of an exchange. Its time is that of the received event, so that every audit-writer says the
 * same and one is kept; `closeEvent` makes it. It travels with the completed exchanges, so that the audit keeps both in one chain, and
 * gives way to a completed event that comes after all.
 */
export const ExchangeClosed = defineEvent({
  type: 'exchange.closed',
  topic: ExchangeCompleted.topic,
  data: z.object({
    internalId,
    traceId,
    traceparent,
    from,
    to,
    interactionId,
    method,
    redactedUrl,
    remoteAddress: connection.shape.remoteAddress,
    /** The edge that told of its beginning. */
    edge: z.string(),
    /** Nothing else is known of its end. */
    outcome: z.literal('abandoned'),
    reason: z.enum(closingReasons),
    closedAt: z.iso.datetime({ precision: 3 }),
  }),
});
export type ExchangeClosed = z.infer<typeof ExchangeClosed.schema>;

/** What is known of an exchange that nobody ended. */
export type OpenExchange = Pick<
  ExchangeClosed['data'],
  | 'internalId'
  | 'traceId'
  | 'traceparent'
  | 'from'
  | 'to'
  | 'interactionId'
  | 'method'
  | 'redactedUrl'
  | 'remoteAddress'
  | 'edge'
> & { readonly receivedAt: Date };

/** The event that closes an exchange; its id and time follow from the exchange alone, so that a repeat is recognised. */
export function closeEvent({ receivedAt, ...exchange }: OpenExchange, closedAt: Date): ExchangeClosed {
  return {
    specversion: '1.0',
    id: `${exchange.internalId}.closed`,
    source: '/ssp/audit-writer',
    type: ExchangeClosed.type,
    time: receivedAt.toISOString(),
    datacontenttype: 'application/json',
    data: { ...exchange, outcome: 'abandoned', reason: 'no-end-told', closedAt: closedAt.toISOString() },
  };
}
