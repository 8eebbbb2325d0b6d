import { everyMs, type Health } from '@ssp/service';
import { type EdgeMetrics } from '../metrics.ts';
import { canAcceptAny, type IssuerState, issuerStates } from './issuer-states.ts';
import { type ListState } from './revocation-lists.ts';
import { type Trust } from './trust.ts';

const states: readonly ListState[] = ['fresh', 'grace', 'expired', 'missing'];

/** Shows the CRLs' states in metrics, every second, and in the readiness. */
export function showTrust(
  trust: Trust,
  graceMs: number,
  metrics: EdgeMetrics,
  health: Health,
  resources: AsyncDisposableStack,
): void {
  const measure = async () => {
    const nowMs = Date.now();
    metrics.crlState.reset();
    metrics.crlSecondsToNextUpdate.reset();
    for (const issuer of issuerStates(trust.grounds(), graceMs, nowMs)) measureIssuer(issuer, nowMs, metrics);
    for (const kind of ['file', 'url'] as const) {
      const ages = trust.places.filter((place) => place.kind === kind).map((place) => place.ageMs(nowMs));
      if (ages.length > 0) metrics.crlLookAgeSeconds.set({ kind }, Math.max(...ages) / 1_000);
    }
  };
  void measure();
  everyMs(1_000, measure, resources);
  health.addCheck('crl', () => {
    const nowMs = Date.now();
    const faults = issuerStates(trust.grounds(), graceMs, nowMs).filter(({ state }) => state !== 'fresh');
    const said = faults.map(faultText).join('; ');
    if (!canAcceptAny(trust.grounds(), graceMs, nowMs)) throw new Error(said);
    return said === '' ? undefined : { but: said };
  });
}

function measureIssuer(
  { label, state, nextUpdateMs }: IssuerState,
  nowMs: number,
  metrics: EdgeMetrics,
): void {
  for (const each of states) {
    // Two keys of one CA may share its name.
    if (each === state) metrics.crlState.inc({ issuer: label, state: each });
    else metrics.crlState.inc({ issuer: label, state: each }, 0);
  }
  if (nextUpdateMs !== null)
    metrics.crlSecondsToNextUpdate.set({ issuer: label }, (nextUpdateMs - nowMs) / 1_000);
}

function faultText({ label, state, nextUpdateMs }: IssuerState): string {
  if (nextUpdateMs === null) return `no CRL of ${label}`;
  const when = `passed its nextUpdate at ${new Date(nextUpdateMs).toISOString()}`;
  return `the CRL of ${label} ${when}${state === 'grace' ? ', within grace' : ''}`;
}
