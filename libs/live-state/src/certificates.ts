import { formatDuration } from './duration-form.ts';
import { type ServiceLook } from './look-at-services.ts';
import { type Sample } from './metric-samples.ts';
import { type Verdict } from './verdict.ts';

/** A certificate, or a revocation list, that services of ours use. */
export type CertificateRow = {
  readonly name: string;
  readonly verdict: Verdict;
  readonly says: string;
  /** Its last moment, ISO 8601; null where that is not known, as of a list that is missing. */
  readonly endsAt: string | null;
  /** Who uses it, in few words. */
  readonly users: string;
  /** The services, each with the settings by which it has it; of a list they are not told. */
  readonly usedBy: readonly { readonly service: string; readonly settings: readonly string[] }[];
};

/** What one service tells of one of them. */
type Told = {
  readonly name: string;
  readonly service: string;
  readonly setting: string | null;
  /** What of those of one name are one thing: certificates that end at one moment, lists of one state. */
  readonly mark: string;
  readonly endsAtMs: number | null;
  readonly says: string;
  readonly verdict: Verdict;
};

const day = 86_400;
/** As its alert: one that is so nearly over should have had a successor. */
const listLeftMin = 6 * 3_600;

/** All certificates and lists of all services, each once, the soonest to end first. */
export function certificateRows(looks: readonly ServiceLook[], nowMs: number): readonly CertificateRow[] {
  const told = looks.flatMap(({ name: service, samples }) => [
    ...samples.flatMap((sample) => certificateOf(sample, service, nowMs)),
    ...samples.flatMap((sample) => listOf(sample, samples, service, nowMs)),
  ]);
  return [...Map.groupBy(told, sameThing).values()]
    .map((all) => rowOf(all))
    .toSorted((left, right) => (left.endsAtMs ?? 0) - (right.endsAtMs ?? 0) || byName(left.row, right.row))
    .map(({ row }) => row);
}

const sameThing = ({ name, mark }: Told) => JSON.stringify([name, mark]);

const byName = (left: CertificateRow, right: CertificateRow) => left.name.localeCompare(right.name, 'en');

function certificateOf({ name, labels, value }: Sample, service: string, nowMs: number): readonly Told[] {
  if (name !== 'ssp_certificate_not_after_timestamp_seconds' || !Number.isFinite(value)) return [];
  const { certificate = '?', subject = '?' } = labels;
  const left = value - nowMs / 1_000;
  const says = left > 0 ? `expires in ${formatDuration(left)}` : `expired ${formatDuration(-left)} ago`;
  const verdict: Verdict = left > 30 * day ? 'good' : left > 7 * day ? 'watch' : 'act';
  const told = { name: subject, service, setting: certificate, mark: String(value), says, verdict };
  return [{ ...told, endsAtMs: value * 1_000 }];
}

function listOf(
  { name, labels, value }: Sample,
  samples: readonly Sample[],
  service: string,
  nowMs: number,
): readonly Told[] {
  // Of the states, the one that holds has a figure above zero.
  if (name !== 'ssp_edge_crl_state' || !(value > 0)) return [];
  const { issuer = '?', state = '?' } = labels;
  const left = samples.find(
    (each) => each.name === 'ssp_edge_crl_seconds_to_next_update' && each.labels['issuer'] === issuer,
  )?.value;
  return [
    {
      name: `Revocation list of ${issuer}`,
      service,
      setting: null,
      mark: state,
      endsAtMs: left === undefined ? null : nowMs + left * 1_000,
      says: `${state}${left === undefined ? '' : endText(left)}`,
      verdict: judgeList(state, left),
    },
  ];
}

function judgeList(state: string, left: number | undefined): Verdict {
  if (state === 'fresh') return left !== undefined && left < listLeftMin ? 'watch' : 'good';
  return state === 'grace' ? 'watch' : 'act';
}

const endText = (seconds: number) =>
  seconds > 0 ? `, ends in ${formatDuration(seconds)}` : `, ended ${formatDuration(-seconds)} ago`;

function rowOf(all: readonly Told[]): { readonly row: CertificateRow; readonly endsAtMs: number | null } {
  const [soonest] = all.toSorted((left, right) => (left.endsAtMs ?? 0) - (right.endsAtMs ?? 0));
  if (soonest === undefined) throw new Error('a group has a member');
  const usedBy = [...Map.groupBy(all, ({ service }) => service)].map(([service, of]) => ({
    service,
    settings: of.flatMap(({ setting }) => (setting === null ? [] : [setting])).toSorted(),
  }));
  const { name, verdict, says, endsAtMs } = soonest;
  const endsAt = endsAtMs === null ? null : new Date(endsAtMs).toISOString();
  return { row: { name, verdict, says, endsAt, users: usersText(usedBy), usedBy }, endsAtMs };
}

/** A CA has many users: they are counted then. */
const namedMax = 3;

function usersText(usedBy: CertificateRow['usedBy']): string {
  const services = usedBy.map(({ service }) => service);
  const settings = [...new Set(usedBy.flatMap((each) => each.settings))].toSorted();
  const who = fewOrCount(services, 'services');
  return settings.length === 0 ? who : `${who}: ${fewOrCount(settings, 'settings')}`;
}

const fewOrCount = (names: readonly string[], what: string) =>
  names.length <= namedMax ? names.join(', ') : `${names.length} ${what}`;
