import { networks } from './authz.ts';
import { type ExchangeCompleted, exchangeOutcomes, type ExchangeReceived } from './exchange-events.ts';
import { throttleScopes } from './throttle.ts';

/**
 * Whether what was read of JSON is a received event as it stands, at a fraction of the schema's cost. What passes here passes the schema
 * unchanged, but for members that it does not know; of what does not pass, the schema has the last word.
 */
export function isExchangeReceived(value: unknown): value is ExchangeReceived {
  if (!isMembers(value) || !isEnvelope(value, 'exchange.received')) return false;
  const { data } = value;
  return (
    isMembers(data) &&
    isIdentity(data) &&
    data.logReference === 'SSP0001' &&
    isWholeOrAbsent(data.clockOffsetMs) &&
    isText(data.url)
  );
}

/** The same of a completed event. One that lacks the detail of a refusal does not pass: the schema alone has the default. */
export function isExchangeCompleted(value: unknown): value is ExchangeCompleted {
  if (!isMembers(value) || !isEnvelope(value, 'exchange.completed')) return false;
  const { data } = value;
  return (
    isMembers(data) &&
    isIdentity(data) &&
    data.logReference === 'SSP0015' &&
    isWholeOrAbsent(data.clockOffsetMs) &&
    isOneOf(exchangeOutcomes, data.outcome) &&
    Number.isSafeInteger(data.status) &&
    (data.providerStatus === null || Number.isSafeInteger(data.providerStatus)) &&
    isTextOrNull(data.refusal) &&
    isTextOrNull(data.refusalDetail) &&
    isTextOrNull(data.decisionId) &&
    isTextOrNull(data.agreementId) &&
    isTextOrNull(data.rulesVersion) &&
    (isAbsent(data.network) || isOneOf(networks, data.network)) &&
    (data.parties === null || isParties(data.parties)) &&
    (isAbsent(data.admission) || isAdmission(data.admission)) &&
    isTextOrNull(data.endpoint) &&
    isTextOrAbsent(data.providerAddress) &&
    isCount(data.requestBytes) &&
    isCount(data.responseBytes) &&
    isTimings(data.timings)
  );
}

type Members = Readonly<Record<string, unknown>>;

// The patterns of the schema's own checks but for years that no event is of; a test compares them.
const time =
  /^20\d\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const uuid = /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const sequence = /^[1-9]\d{0,11}$/;

function isEnvelope(value: Members, type: string): boolean {
  return (
    value.specversion === '1.0' &&
    value.type === type &&
    value.datacontenttype === 'application/json' &&
    isText(value.id) &&
    value.id !== '' &&
    isText(value.source) &&
    value.source !== '' &&
    (value.sequence === undefined || (isText(value.sequence) && sequence.test(value.sequence))) &&
    isText(value.time) &&
    time.test(value.time)
  );
}

function isIdentity(data: Members): boolean {
  return (
    isText(data.internalId) &&
    uuid.test(data.internalId) &&
    isTextOrNull(data.traceId) &&
    isTextOrAbsent(data.traceparent) &&
    isTextOrNull(data.from) &&
    isTextOrNull(data.to) &&
    isTextOrNull(data.interactionId) &&
    isText(data.method) &&
    isText(data.redactedUrl) &&
    isTextOrNull(data.contentType) &&
    isConnection(data.connection) &&
    isBearer(data.bearer)
  );
}

function isConnection(value: unknown): boolean {
  return (
    isMembers(value) &&
    isText(value.remoteAddress) &&
    isTextOrNull(value.tlsProtocol) &&
    isTextOrNull(value.tlsCipher) &&
    isTextOrNull(value.certificateSerial) &&
    isTextOrNull(value.certificateDn) &&
    (isAbsent(value.certificateNames) || areTexts(value.certificateNames)) &&
    (isAbsent(value.revocation) || value.revocation === 'fresh' || value.revocation === 'grace')
  );
}

function isBearer(value: unknown): boolean {
  return (
    isMembers(value) &&
    (value.state === 'read' || value.state === 'absent' || value.state === 'unreadable') &&
    isTextOrNull(value.alg) &&
    (value.claims === null || isMembers(value.claims))
  );
}

function isParties(value: unknown): boolean {
  return (
    isMembers(value) &&
    isTextOrNull(value.senderOds) &&
    isTextOrNull(value.receiverOds) &&
    isTextOrNull(value.supplier)
  );
}

function isAdmission(value: unknown): boolean {
  return (
    isMembers(value) &&
    (value.answer === 'admit' || value.answer === 'refuse' || value.answer === 'unavailable') &&
    isText(value.rule) &&
    (value.scope === null || isOneOf(throttleScopes, value.scope)) &&
    (value.limit === null || isCount(value.limit)) &&
    (value.remaining === null || isCount(value.remaining)) &&
    isText(value.version) &&
    (value.counters === null || value.counters === 'shared' || value.counters === 'local') &&
    areTexts(value.shadowed)
  );
}

function isTimings(value: unknown): boolean {
  return (
    isMembers(value) &&
    isMs(value.totalMs) &&
    isMsOrNull(value.announceMs) &&
    isMsOrNull(value.authoriseMs) &&
    isMsOrNull(value.admitMs) &&
    isMsOrNull(value.providerFirstByteMs) &&
    isMsOrNull(value.providerMs)
  );
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isTextOrAbsent(value: unknown): boolean {
  return isAbsent(value) || typeof value === 'string';
}

function areTexts(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  for (const one of value) if (typeof one !== 'string') return false;
  return true;
}

function isOneOf(values: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && values.includes(value);
}

function isWholeOrAbsent(value: unknown): boolean {
  return isAbsent(value) || Number.isSafeInteger(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && isMs(value);
}

function isMs(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}

function isMsOrNull(value: unknown): boolean {
  return value === null || isMs(value);
}
