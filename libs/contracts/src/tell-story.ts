import { w3cTraceIdOf } from '@ssp/spine';
import { type AuditedStory } from './audit-stories.ts';
import { clockOffsetText } from './clock-offset.ts';

/** What the exchange is, by name. */
export function storySummary({
  exchange,
  edge,
  traceparent,
  clockOffsetMs,
  bearer,
  closed,
}: AuditedStory): readonly (readonly [string, string])[] {
  return [
    ['exchange', exchange.internalId],
    ['trace id', exchange.traceId ?? 'none'],
    ...(traceparent === null ? [] : ([['traceparent', traceparent]] as const)),
    ['from', `${exchange.fromAsid ?? 'not told'}${organisation(exchange.senderOds)}`],
    ['to', `${exchange.toAsid ?? 'not told'}${organisation(exchange.receiverOds)}`],
    ['interaction', exchange.interactionId ?? 'not told'],
    ['received', exchange.receivedAt ?? 'its beginning is not in the audit'],
    ['ended', exchange.completedAt ?? unendedText(closed)],
    ['edge', edge],
    ["edge's clock", clockText(clockOffsetMs)],
    ...(bearer === null ? [] : ([['token', tokenText(bearer)]] as const)),
  ];
}

function unendedText(closed: AuditedStory['closed']): string {
  if (closed === null) return 'not yet, or its end is not in the audit';
  return `nobody told; closed as abandoned at ${closed.closedAt}`;
}

function clockText(offsetMs: AuditedStory['clockOffsetMs']): string {
  return offsetMs === null || offsetMs === undefined ? 'its offset was not known' : clockOffsetText(offsetMs);
}

const organisation = (ods: string | null) => (ods === null ? '' : ` (${ods})`);

function tokenText({ state, alg, claims }: NonNullable<AuditedStory['bearer']>): string {
  return state === 'read' ? `alg ${alg ?? 'none'}, claims ${JSON.stringify(claims)}` : state;
}

/** Where the logs tell of it: which lines of which services. */
export function storyLogText({ exchange, traceparent }: AuditedStory): string {
  const { traceId, internalId } = exchange;
  // Nobody but the edge knows a request by what it did not say.
  if (traceId === null) return `lines of edge with internalId ${internalId}`;
  const own = traceparent === null ? '' : `, or by traceparent with ${w3cTraceIdOf(traceparent)}`;
  return `lines of edge, authz and throttle with traceId ${traceId}${own}`;
}

/** What happened at one stage; null where it took no time that is known. */
export type StoryStep = { readonly step: string; readonly tookMs: number | null; readonly says: string };

/** What happened, in its order. */
export function storySteps(story: AuditedStory): readonly StoryStep[] {
  const { exchange, end } = story;
  const received = {
    step: 'receive',
    tookMs: null,
    says: `${exchange.method ?? '?'} ${exchange.redactedUrl ?? '?'} from ${exchange.remoteAddress ?? '?'}`,
  };
  const identified = { step: 'identify', tookMs: null, says: identityText(story) };
  if (end === null) return [received, identified];
  const { timings } = end;
  return [
    received,
    identified,
    stage('announce', timings.announceMs, 'the received event was durable, or was given up'),
    stage('authorise', timings.authoriseMs, authorisationText(story)),
    stage('admit', timings.admitMs, admissionText(end.admission)),
    stage('forward', timings.providerMs, forwardText(end)),
    { step: 'end', tookMs: timings.totalMs, says: endText(story) },
  ];
}

function stage(step: string, tookMs: number | null, says: string): StoryStep {
  return { step, tookMs, says: tookMs === null ? 'not reached' : says };
}

function identityText({ connection, exchange }: AuditedStory): string {
  const { certificateDn, certificateSerial, tlsProtocol, tlsCipher, revocation } = connection;
  const tls = tlsProtocol === null ? 'no TLS' : `${tlsProtocol} ${tlsCipher ?? ''}`;
  if (certificateDn === null) return `no certificate, ${tls}`;
  const lists = revocation === null || revocation === undefined ? '' : `, revocation lists ${revocation}`;
  const network = exchange.network === null ? '' : `, by the ${exchange.network} network`;
  return `${certificateDn}, serial ${certificateSerial ?? '?'}, ${tls}${lists}${network}`;
}

function authorisationText({ exchange, end }: AuditedStory): string {
  if (exchange.decisionId === null) return 'authz gave no decision';
  const rules = `by rules version ${end?.rulesVersion ?? '?'}, decision ${exchange.decisionId}`;
  // Only an exchange that was allowed names its agreement.
  return typeof end?.agreementId === 'string'
    ? `allowed, checks B to F passed, agreement ${end.agreementId}, ${rules}`
    : `refused: ${exchange.refusal ?? '?'}, ${rules}`;
}

function admissionText(admission: NonNullable<AuditedStory['end']>['admission']): string {
  if (admission === null) return 'throttle gave no answer that was kept';
  const { answer, rule, limit, remaining, version, counters, shadowed } = admission;
  const room = limit === null ? '' : `, ${remaining ?? '?'} of ${limit} left`;
  const counted = counters === 'local' ? ', counted by this process alone' : '';
  const shadows = shadowed.length === 0 ? '' : `, shadow limits without room: ${shadowed.join(', ')}`;
  return `${answer} by limit ${rule}${room}, limits version ${version}${counted}${shadows}`;
}

function forwardText(end: NonNullable<AuditedStory['end']>): string {
  const { endpoint, providerAddress, providerStatus, timings } = end;
  const to = `to ${endpoint ?? '?'}${providerAddress === null ? '' : ` at ${providerAddress}`}`;
  if (providerStatus === null || timings.providerFirstByteMs === null) return `${to}: no answer`;
  return `${to}: answered ${providerStatus} after ${timings.providerFirstByteMs.toFixed(1)} ms`;
}

function endText({ exchange, end }: AuditedStory): string {
  const detail =
    end?.refusalDetail === null || end?.refusalDetail === undefined ? '' : ` (${end.refusalDetail})`;
  const refusal = exchange.refusal === null ? '' : `: ${exchange.refusal}${detail}`;
  const bytes = `${end?.requestBytes ?? 0} bytes in, ${end?.responseBytes ?? 0} bytes out`;
  return `${exchange.outcome ?? '?'}, ${exchange.status ?? '?'}${refusal}; ${bytes}`;
}
