import { z } from 'zod';
import { networks, Parties } from './authz.ts';
import { defineEvent } from './event.ts';
import { throttleScopes } from './throttle.ts';

/** How much the CRLs of an accepted certificate's chain are worth, best first. */
const revocationStates = ['fresh', 'grace'] as const;
export type RevocationState = (typeof revocationStates)[number];

/** What the handshake told of the caller (spec 9.1: certificateID, certificateDN, sslProtocol, sslCiphers). */
const Connection = z.object({
  remoteAddress: z.string(),
  tlsProtocol: z.string().nullable(),
  tlsCipher: z.string().nullable(),
  certificateSerial: z.string().nullable(),
  certificateDn: z.string().nullable(),
  /** The names that authz is asked about: CN and dNSNames. Absent from events of edges that did not tell. */
  certificateNames: z.array(z.string()).nullish(),
  /**
   * The state of the CRLs under which the certificate was accepted: `fresh`, or in `grace` past a nextUpdate; null where
   * it was not accepted. Absent from events of edges that did not tell.
   */
  revocation: z.enum(revocationStates).nullish(),
});

const BearerClaims = z.object({
  state: z.enum(['absent', 'unreadable', 'read']),
  alg: z.string().nullable(),
  claims: z.record(z.string(), z.unknown()).nullable(),
});

/** Who and what an exchange is, as far as it could be read; null where the request did not say it properly. */
const identity = {
  /** Our identifier of the exchange; joins its two events and stands in every answer of ours. */
  internalId: z.uuid(),
  traceId: z.string().nullable(),
  /** The consumer's `traceparent` (W3C Trace Context), where it sent one that can be read. Absent from events of edges that did not tell. */
  traceparent: z.string().nullish(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  interactionId: z.string().nullable(),
  method: z.string(),
  /** The target with NHS numbers masked. */
  redactedUrl: z.string(),
  contentType: z.string().nullable(),
  connection: Connection,
  bearer: BearerClaims,
};

/**
 * True time less the clock by which the event's time is told, in whole milliseconds: above zero where that clock is behind. Absent where the edge does not know it, and from
 * events of edges that did not tell.
 */
const clockOffsetMs = z.int().nullish();

/** A request has arrived: durable before anything is forwarded. */
export const ExchangeReceived = defineEvent({
  type: 'exchange.received',
  topic: 'ssp.exchange.received',
  data: z.object({
    ...identity,
    logReference: z.literal('SSP0001'),
    clockOffsetMs,
    /** The target as asked for, NHS numbers visible; stored apart for auditors alone. */
    url: z.string(),
  }),
});
export type ExchangeReceived = z.infer<typeof ExchangeReceived.schema>;

/**
 * How an exchange ended:
 * `forwarded` – the provider's answer went to the consumer whole; `refused` – we answered before forwarding;
 * `failed` – forwarded, but the provider gave no whole answer; `abandoned` – the consumer hung up;
 * `answered` – the proxy itself is who was asked, as by OPTIONS.
 */
export const exchangeOutcomes = ['forwarded', 'refused', 'failed', 'abandoned', 'answered'] as const;

/** What throttle said of it. */
export const AuditedAdmission = z.object({
  answer: z.enum(['admit', 'refuse', 'unavailable']),
  /** The limit that spoke. */
  rule: z.string(),
  scope: z.enum(throttleScopes).nullable(),
  limit: z.int().nonnegative().nullable(),
  remaining: z.int().nonnegative().nullable(),
  /** Version of the limits in force. */
  version: z.string(),
  /** `local` where the shared counters were away; null where nothing was counted. */
  counters: z.enum(['shared', 'local']).nullable(),
  /** Limits in shadow mode that had no room. */
  shadowed: z.array(z.string()),
});

/** An exchange has ended, however it did; billing needs this event alone. */
export const ExchangeCompleted = defineEvent({
  type: 'exchange.completed',
  topic: 'ssp.exchange.completed',
  data: z.object({
    ...identity,
    logReference: z.literal('SSP0015'),
    clockOffsetMs,
    outcome: z.enum(exchangeOutcomes),
    /** The status the consumer got; 499 where it hung up. */
    status: z.int(),
    /** The provider's status where it answered. */
    providerStatus: z.int().nullable(),
    refusal: z.string().nullable(),
    /** What exactly was wrong, in words of a closed list; null where the refusal says it all. Older events lack it. */
    refusalDetail: z.string().nullable().default(null),
    decisionId: z.string().nullable(),
    agreementId: z.string().nullable(),
    rulesVersion: z.string().nullable(),
    /** Whence the consumer came, as authz was asked; null where it was not. Older events lack it. */
    network: z.enum(networks).nullish(),
    parties: Parties.nullable(),
    /** Null where throttle was not asked or did not answer. Older events lack it. */
    admission: AuditedAdmission.nullish(),
    /** The registered endpoint that was dialled. */
    endpoint: z.string().nullable(),
    /** Address and port that the provider answered at, as `10.0.0.1:443` or `[fd00::1]:443`; null without a connection. Older events lack it. */
    providerAddress: z.string().nullish(),
    requestBytes: z.int().nonnegative(),
    responseBytes: z.int().nonnegative(),
    /** Milliseconds; null for a stage that was not reached. */
    timings: z.object({
      totalMs: z.number().nonnegative(),
      announceMs: z.number().nonnegative().nullable(),
      authoriseMs: z.number().nonnegative().nullable(),
      admitMs: z.number().nonnegative().nullable(),
      /** From forwarding to the provider's status line. */
      providerFirstByteMs: z.number().nonnegative().nullable(),
      providerMs: z.number().nonnegative().nullable(),
    }),
  }),
});
export type ExchangeCompleted = z.infer<typeof ExchangeCompleted.schema>;
export type ExchangeOutcome = (typeof exchangeOutcomes)[number];
