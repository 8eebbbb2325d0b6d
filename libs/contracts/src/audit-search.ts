import { z } from 'zod';
import { exchangeOutcomes } from './exchange-events.ts';

/** Where the audit is searched: `GET`, the newest first, a page at a time. */
export const auditedExchangesPath = '/v1/exchanges';

/** One exchange as a search shows it; NHS numbers in its target are masked. */
export const AuditedExchange = z.object({
  internalId: z.string(),
  /** Null where the audit holds its end alone. */
  receivedAt: z.iso.datetime().nullable(),
  /** Null while it is under way and where nobody told its end; then nothing is known of what only the end tells. */
  completedAt: z.iso.datetime().nullable(),
  traceId: z.string().nullable(),
  fromAsid: z.string().nullable(),
  toAsid: z.string().nullable(),
  /** The parties' organisations, as the directory had them; null where authz was not asked. */
  senderOds: z.string().nullable(),
  receiverOds: z.string().nullable(),
  interactionId: z.string().nullable(),
  method: z.string().nullable(),
  redactedUrl: z.string().nullable(),
  status: z.int().nullable(),
  /** `abandoned` without `completedAt` where the audit has closed it, for nobody told its end. */
  outcome: z.enum(exchangeOutcomes).nullable(),
  refusal: z.string().nullable(),
  decisionId: z.string().nullable(),
  /** With a comma between each. */
  certificateNames: z.string().nullable(),
  network: z.string().nullable(),
  remoteAddress: z.string().nullable(),
  certificateSerial: z.string().nullable(),
  certificateDn: z.string().nullable(),
  /** The consumer's own trace (W3C Trace Context), where it told one. */
  w3cTraceId: z.string().nullable().default(null),
});
export type AuditedExchange = z.infer<typeof AuditedExchange>;

/** A page of what was found. */
export const AuditedExchanges = z.object({
  exchanges: z.array(AuditedExchange),
  /** To be sent as `cursor` with the same query for the page after this one; null where there is none. */
  next: z.string().nullable(),
});
export type AuditedExchanges = z.infer<typeof AuditedExchanges>;
