import { type CertificateRow, certificateRows } from './certificates.ts';
import { type ReadyReport, type ServiceLook } from './look-at-services.ts';
import { type Signal, signalsOf } from './signals.ts';
import { type Verdict } from './verdict.ts';

/** A service on the page of the live state. */
type ServiceRow = {
  readonly name: string;
  readonly verdict: Verdict;
  readonly state: string;
  /** What it says of itself that is not simply well. */
  readonly remarks: readonly string[];
};

/** What the page of the live state shows. */
export type LiveContent = {
  /** The worst of all there is. */
  readonly verdict: Verdict;
  readonly summary: string;
  readonly services: readonly ServiceRow[];
  readonly signals: readonly Signal[];
  /** Of all services, the soonest to end first. */
  readonly certificates: readonly CertificateRow[];
};

/** Lays out what the services tell: those that need somebody first. */
export function liveContent(looks: readonly ServiceLook[], nowMs: number): LiveContent {
  const services = looks.map((look) => serviceRow(look)).toSorted(byUrgency);
  const signals = signalsOf(looks).toSorted(byUrgency);
  const certificates = certificateRows(looks, nowMs);
  const all = [...services, ...signals, ...certificates];
  const acts = all.filter(({ verdict }) => verdict === 'act').length;
  const watches = all.filter(({ verdict }) => verdict === 'watch').length;
  return {
    verdict: acts > 0 ? 'act' : watches > 0 ? 'watch' : 'good',
    summary: summaryOf(looks.length, acts, watches),
    services,
    signals,
    certificates,
  };
}

function summaryOf(services: number, acts: number, watches: number): string {
  if (acts === 0 && watches === 0) return `All ${services} services are ready, and nothing is late.`;
  const parts = [
    ...(acts === 0 ? [] : [`${acts}${mattersText(acts)} ${acts === 1 ? 'needs' : 'need'} somebody now`]),
    ...(watches === 0 ? [] : [`${watches}${acts > 0 ? '' : mattersText(watches)} should be kept in view`]),
  ];
  return `${parts.join(', ')}.`;
}

const mattersText = (count: number) => (count === 1 ? ' matter' : ' matters');

function serviceRow({ name, report }: ServiceLook): ServiceRow {
  if (report === null) {
    const remarks = ['It did not answer in time, or could not be reached.'];
    return { name, verdict: 'act', state: 'No answer', remarks };
  }
  const remarks = Object.entries(report.checks).flatMap(([check, text]) =>
    text === 'ok' ? [] : [`${check}: ${text}`],
  );
  const verdict = report.ready ? (remarks.length === 0 ? 'good' : 'watch') : 'act';
  return { name, verdict, state: stateText(report), remarks };
}

function stateText({ ready, state }: ReadyReport): string {
  if (ready) return 'Ready';
  if (state === 'starting') return 'Starting';
  return state === 'draining' ? 'Stopping' : 'Not ready';
}

const urgency: Readonly<Record<Verdict, number>> = { act: 0, watch: 1, good: 2 };

const byUrgency = (left: { readonly verdict: Verdict }, right: { readonly verdict: Verdict }) =>
  urgency[left.verdict] - urgency[right.verdict];
