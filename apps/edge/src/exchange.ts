import {
  type AskTrace,
  type AuthzAnswer,
  type ExchangeOutcome,
  type Network,
  type RevocationState,
  type ThrottleAnswer,
} from '@ssp/contracts';
import {
  type BearerToken,
  readBearerToken,
  type ReadSspHeaders,
  type Refusal,
  type RefusalCode,
  type SspHeaders,
  type Target,
} from '@ssp/spine';
import { type RequestHandler, type Response } from 'express';
import { type Place } from './in-flight/in-flight.ts';
import { type InteractionPolicy } from './interactions/interaction-policy.ts';
import { type Caller } from './tls/caller.ts';

/** One request through the proxy, filled in stage by stage and told to audit at its end. */
export type Exchange = {
  readonly internalId: string;
  readonly receivedAt: Date;
  /** On the monotonic clock, as every `…AtMs` and timing here. */
  readonly startedAtMs: number;
  readonly method: string;
  /** The request-target as it came. */
  readonly requestTarget: string;
  readonly contentType: string | null;
  readonly caller: Caller;
  /** The state of the CRLs under which the caller was accepted. */
  revocation: RevocationState | null;
  /** What the Ssp headers said, also of a request that is refused for one of them, or before they matter. */
  readonly sspHeaders: ReadSspHeaders;
  /** The consumer's place in its own trace, where it told one. */
  readonly traceparent: string | null;
  /** The header field as it came. */
  readonly authorization: string | undefined;
  /** What its token says, once `bearerOf` has read it. */
  bearer: BearerToken | null;
  /** What both events say of it, once one of them has been written. */
  identityJson: string | null;
  headers: SspHeaders | null;
  target: Target | null;
  /** What the interaction asks for, once its headers are read. */
  policy: InteractionPolicy | null;
  /** Raw header list by which a page may read the answer; null where CORS is off. */
  crossOrigin: readonly string[] | null;
  /** Settles when the received event is durable. */
  announced: Promise<void> | null;
  /** Whence authz was told that the consumer comes, once it is asked. */
  askedNetwork: Network | null;
  decision: AuthzDecision | null;
  allowed: AuthzAllowed | null;
  /** Its place among those in flight, once room is asked for it. */
  place: Place | null;
  admission: Admission | null;
  /** Set once the provider has been dialled for this exchange. */
  forwardedAtMs: number | null;
  /** Address and port at the other end of the last connection that it was sent over. */
  providerAddress: string | null;
  providerStatus: number | null;
  outcome: ExchangeOutcome;
  refusal: RefusalCode | null;
  /** What exactly was wrong, from a closed list of the refusal's own. */
  refusalDetail: string | null;
  /** Why the rest of the request can no longer come whole; checked before anything is forwarded. */
  broken: Refusal | null;
  /** While the exchange is forwarded: ends the provider's leg before its message is complete, and answers if that is still possible. */
  breakOff: ((refusal: Refusal) => void) | null;
  requestBytes: number;
  responseBytes: number;
  readonly timings: {
    announceMs: number | null;
    authoriseMs: number | null;
    admitMs: number | null;
    providerFirstByteMs: number | null;
    providerMs: number | null;
  };
};

export type AuthzAllowed = Extract<AuthzAnswer, { decision: 'allow' }>;
export type AuthzDecision = Exclude<AuthzAnswer, { decision: 'unreadable' }>;
export type Admission = Exclude<ThrottleAnswer, { admission: 'unreadable' }>;

export type ExchangeLocals = {
  exchange: Exchange;
  /** How to forward it, once that is decided; `provider/provider-pass.ts` knows its form. */
  plan?: object;
};
export type ExchangeResponse = Response<unknown, ExchangeLocals>;
/** One stage of a request's path. */
export type Stage = RequestHandler<Record<string, string>, unknown, unknown, unknown, ExchangeLocals>;

/** Begins the record of a request, before anything is known of it but where it came from. */
export function beginExchange(start: {
  readonly internalId: string;
  readonly receivedAt: Date;
  readonly startedAtMs: number;
  readonly method: string;
  readonly requestTarget: string;
  readonly contentType: string | null;
  readonly sspHeaders: ReadSspHeaders;
  readonly traceparent: string | null;
  readonly authorization: string | undefined;
  readonly caller: Caller;
}): Exchange {
  return {
    ...start,
    bearer: null,
    identityJson: null,
    revocation: null,
    headers: null,
    target: null,
    policy: null,
    crossOrigin: null,
    announced: null,
    askedNetwork: null,
    decision: null,
    allowed: null,
    place: null,
    admission: null,
    forwardedAtMs: null,
    providerAddress: null,
    providerStatus: null,
    outcome: 'refused',
    refusal: null,
    refusalDetail: null,
    broken: null,
    breakOff: null,
    requestBytes: 0,
    responseBytes: 0,
    timings: {
      announceMs: null,
      authoriseMs: null,
      admitMs: null,
      providerFirstByteMs: null,
      providerMs: null,
    },
  };
}

/** What the token says; read when it is first asked for, which is mostly while authz works. */
export function bearerOf(exchange: Exchange): BearerToken {
  exchange.bearer ??= readBearerToken(exchange.authorization);
  return exchange.bearer;
}

/** The ids by which an exchange is found: in every line of a log that is about it, and in what others are asked about it. */
export function traceOf({ sspHeaders, traceparent }: Exchange): AskTrace {
  const { traceId } = sspHeaders.found;
  return traceparent === null ? { traceId } : { traceId, traceparent };
}
