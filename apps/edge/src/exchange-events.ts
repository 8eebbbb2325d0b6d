import { maskNhsNumbers } from '@ssp/spine';
import { type ExchangeCompleted, type ExchangeReceived } from '@ssp/contracts';
import { type Admission, bearerOf, type Exchange } from './exchange.ts';

/** Longest part of a request-target that is kept; what is longer was refused for its length. */
const urlLengthMax = 16_384;

/** What every event of a source begins with; it is part of each event's making, so it is made once. */
export function originOf(source: string): string {
  return `"specversion":"1.0","source":${JSON.stringify(source)}`;
}

/** The event that must be durable before anything is forwarded (spec 9.2: SSP0001). */
export function receivedEvent(
  exchange: Exchange,
  clockOffsetMs: number | null,
  sequence: number,
  origin: string,
): string {
  const own: Own<ExchangeReceived> = {
    logReference: 'SSP0001',
    clockOffsetMs: clockOffsetMs ?? undefined,
    // Last: the writer cuts it off there.
    url: exchange.requestTarget.slice(0, urlLengthMax),
  };
  return event(exchange, 'received', exchange.receivedAt, sequence, origin, own);
}

/** The one terminal event of an exchange, however it ended (spec 9.2: SSP0015). */
export function completedEvent(
  exchange: Exchange,
  status: number,
  endedAt: Date,
  totalMs: number,
  clockOffsetMs: number | null,
  sequence: number,
  origin: string,
): string {
  const { decision, timings } = exchange;
  const own: Own<ExchangeCompleted> = {
    logReference: 'SSP0015',
    clockOffsetMs: clockOffsetMs ?? undefined,
    outcome: exchange.outcome,
    status,
    providerStatus: exchange.providerStatus,
    refusal: exchange.refusal,
    refusalDetail: exchange.refusalDetail,
    decisionId: decision?.decisionId ?? null,
    agreementId: exchange.allowed?.agreementId ?? null,
    rulesVersion: decision?.rulesVersion ?? null,
    network: exchange.askedNetwork,
    parties: decision?.parties ?? null,
    admission: exchange.admission === null ? null : audited(exchange.admission),
    endpoint: exchange.forwardedAtMs === null ? null : (exchange.allowed?.endpoint ?? null),
    providerAddress: exchange.providerAddress,
    requestBytes: exchange.requestBytes,
    responseBytes: exchange.responseBytes,
    timings: {
      totalMs: rounded(totalMs),
      announceMs: roundedOrNull(timings.announceMs),
      authoriseMs: roundedOrNull(timings.authoriseMs),
      admitMs: roundedOrNull(timings.admitMs),
      providerFirstByteMs: roundedOrNull(timings.providerFirstByteMs),
      providerMs: roundedOrNull(timings.providerMs),
    },
  };
  return event(exchange, 'completed', endedAt, sequence, origin, own);
}

function audited(admission: Admission): ExchangeCompleted['data']['admission'] {
  if (admission.admission === 'unavailable') {
    const { rule, version } = admission;
    return { ...uncounted, rule, version, shadowed: [] };
  }
  const { rule, scope, limit, remaining, version, counters, shadowed = [] } = admission;
  return { answer: admission.admission, rule, scope, limit, remaining, version, counters, shadowed };
}

const uncounted = {
  answer: 'unavailable',
  scope: null,
  limit: null,
  remaining: null,
  counters: null,
} as const;

/** What both events say. */
type Identity = Omit<ExchangeReceived['data'], 'logReference' | 'clockOffsetMs' | 'url'>;
/** What an event says beside that. */
type Own<Event extends { readonly data: object }> = Omit<Event['data'], keyof Identity>;

/**
 * The envelope around both parts of the data, put together as text: what both events say, the claims above all, is by far the
 * larger part, and is written once. That the schemas read it is what the test beside this file shows.
 */
function event(
  exchange: Exchange,
  kind: 'received' | 'completed',
  time: Date,
  sequence: number,
  origin: string,
  own: object,
): string {
  exchange.identityJson ??= identityJson(exchange);
  const envelope = `{${origin},"sequence":"${sequence}","id":"${exchange.internalId}.${kind}"`;
  const type = `"type":"exchange.${kind}","time":"${time.toISOString()}","datacontenttype":"application/json"`;
  return `${envelope},${type},"data":${exchange.identityJson},${JSON.stringify(own).slice(1)}}`;
}

/** A JSON object without its end, for what follows. */
function identityJson(exchange: Exchange): string {
  const { caller } = exchange;
  const bearer = bearerOf(exchange);
  const { found } = exchange.sspHeaders;
  const identity: Identity = {
    internalId: exchange.internalId,
    traceId: found.traceId ?? null,
    // Most send none, and a member that says so would cost every event its bytes.
    traceparent: exchange.traceparent ?? undefined,
    from: found.from ?? null,
    to: found.to ?? null,
    interactionId: found.interactionId ?? null,
    method: exchange.method,
    redactedUrl: maskNhsNumbers(exchange.requestTarget.slice(0, urlLengthMax)),
    contentType: exchange.contentType,
    connection: {
      remoteAddress: caller.remoteAddress,
      tlsProtocol: caller.tlsProtocol,
      tlsCipher: caller.tlsCipher,
      certificateSerial: caller.certificate?.serial ?? null,
      certificateDn: caller.certificate?.dn ?? null,
      certificateNames: caller.certificate === null ? null : [...caller.certificate.names],
      revocation: exchange.revocation,
    },
    bearer: { state: bearer.state, alg: bearer.state === 'read' ? bearer.alg : null, claims: null },
  };
  const json = JSON.stringify(identity);
  if (bearer.state !== 'read') return json.slice(0, -1);
  // As the token wrote them: they have been read, so they are JSON.
  return `${json.slice(0, -'null}}'.length)}${bearer.claimsJson}}`;
}

const rounded = (ms: number) => Math.round(ms * 1_000) / 1_000;
const roundedOrNull = (ms: number | null) => (ms === null ? null : rounded(ms));
