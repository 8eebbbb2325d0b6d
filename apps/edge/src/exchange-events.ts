import { ExchangeCompleted, ExchangeReceived } from '@ssp/contracts';
import { maskNhsNumbers } from '@ssp/spine';
import { type Exchange } from './exchange.ts';

/** Longest part of a request-target that is kept; what is longer was refused for its length. */
const urlLengthMax = 16_384;

/** The event that must be durable before anything is forwarded (spec 9.2: SSP0001). */
export function receivedEvent(exchange: Exchange, source: string): string {
  return ExchangeReceived.encode({
    specversion: '1.0',
    id: `${exchange.internalId}.received`,
    source,
    type: 'exchange.received',
    time: exchange.receivedAt.toISOString(),
    datacontenttype: 'application/json',
    data: {
      ...identity(exchange),
      logReference: 'SSP0001',
      url: exchange.requestTarget.slice(0, urlLengthMax),
    },
  });
}

/** The one terminal event of an exchange, however it ended (spec 9.2: SSP0015). */
export function completedEvent(
  exchange: Exchange,
  status: number,
  endedAt: Date,
  totalMs: number,
  source: string,
): string {
  const { decision, timings } = exchange;
  return ExchangeCompleted.encode({
    specversion: '1.0',
    id: `${exchange.internalId}.completed`,
    source,
    type: 'exchange.completed',
    time: endedAt.toISOString(),
    datacontenttype: 'application/json',
    data: {
      ...identity(exchange),
      logReference: 'SSP0015',
      outcome: exchange.outcome,
      status,
      providerStatus: exchange.providerStatus,
      refusal: exchange.refusal,
      refusalDetail: exchange.refusalDetail,
      decisionId: decision?.decisionId ?? null,
      agreementId: exchange.allowed?.agreementId ?? null,
      rulesVersion: decision?.rulesVersion ?? null,
      parties: decision?.parties ?? null,
      endpoint: exchange.forwardedAtMs === null ? null : (exchange.allowed?.endpoint ?? null),
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
    },
  });
}

function identity(exchange: Exchange) {
  const { bearer, caller } = exchange;
  const { found } = exchange.sspHeaders;
  return {
    internalId: exchange.internalId,
    traceId: found.traceId ?? null,
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
      revocation: exchange.revocation,
    },
    bearer: {
      state: bearer.state,
      alg: bearer.state === 'read' ? bearer.alg : null,
      claims: bearer.state === 'read' ? bearer.claims : null,
    },
  };
}

const rounded = (ms: number) => Math.round(ms * 1_000) / 1_000;
const roundedOrNull = (ms: number | null) => (ms === null ? null : rounded(ms));
