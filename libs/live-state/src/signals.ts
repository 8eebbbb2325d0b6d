import { formatDuration } from './duration-form.ts';
import { type ServiceLook } from './look-at-services.ts';
import { type Sample } from './metric-samples.ts';
import { judgeAmount, type Verdict } from './verdict.ts';

/** Something of a service that an operator keeps in view. */
export type Signal = {
  readonly subject: string;
  readonly service: string;
  readonly says: string;
  readonly verdict: Verdict;
};

/** What a metric of ours means to an operator. */
type Meaning = {
  readonly metric: string;
  readonly subject: (labels: Sample['labels']) => string;
  readonly says: (value: number, labels: Sample['labels'], samples: readonly Sample[]) => string;
  readonly judge: (value: number, labels: Sample['labels']) => Verdict;
  /** Whether a service's figures count together; else each stands for itself. */
  readonly isSum?: true;
};

const day = 86_400;
const whole = new Intl.NumberFormat('en-GB');

/** In the order in which they are shown. Bounds leave room for what is usual: an event is in the audit after a second or two. */
const meanings: readonly Meaning[] = [
  {
    metric: 'ssp_edge_crl_look_age_seconds',
    subject: ({ kind = '?' }) => `Last look for revocation lists by ${kind}`,
    says: ago,
    judge: (seconds) => judgeAmount(seconds, { watch: 7_200, act: day }),
  },
  {
    metric: 'ssp_authz_directory_age_seconds',
    subject: () => 'Directory, last loaded',
    says: ago,
    judge: (seconds) => judgeAmount(seconds, { watch: 7_200, act: 43_200 }),
  },
  {
    metric: 'ssp_authz_snapshot_age_seconds',
    subject: () => 'Rules, last known to be in force',
    says: ago,
    judge: (seconds) => judgeAmount(seconds, { watch: 30, act: 120 }),
  },
  {
    metric: 'ssp_throttle_breaker_state',
    subject: () => 'Shared counters',
    says: (_, { state }) =>
      state === 'closed' ? 'counted together' : 'away: each process counts its share of the limits alone',
    judge: (_, { state }) => (state === 'closed' ? 'good' : 'watch'),
  },
  {
    metric: 'ssp_audit_oldest_unwritten_seconds',
    subject: () => 'Oldest event that the audit still has to write',
    says: (seconds) => (seconds === 0 ? 'none waits' : `waits for ${formatDuration(seconds)}`),
    judge: (seconds) => judgeAmount(seconds, { watch: 30, act: 300 }),
  },
  {
    metric: 'ssp_audit_lag_events',
    subject: () => 'Events that the audit still has to write',
    says: events,
    judge: (amount) => judgeAmount(amount, { watch: 20_000, act: 1_000_000 }),
    isSum: true,
  },
  {
    metric: 'ssp_audit_missing_events',
    subject: () => 'Events that are missing in the audit',
    says: events,
    judge: (amount) => judgeAmount(amount, { watch: 0, act: 0 }),
    isSum: true,
  },
  {
    metric: 'ssp_audit_last_checkpoint_age_seconds',
    subject: () => 'Last signed checkpoint of the audit',
    says: ago,
    judge: (seconds) => judgeAmount(seconds, { watch: 300, act: 3_600 }),
  },
  {
    metric: 'ssp_kafka_consumer_lag_records',
    subject: () => 'Events still to be counted or kept',
    says: events,
    judge: (amount) => judgeAmount(amount, { watch: 20_000, act: 1_000_000 }),
    isSum: true,
  },
  {
    metric: 'ssp_spool_events',
    subject: () => 'Events on the disk that wait for Kafka',
    says: (amount, _, samples) => {
      const oldest = samples.find(({ name }) => name === 'ssp_spool_oldest_seconds')?.value ?? 0;
      return amount === 0 ? 'none' : `${events(amount)}, the oldest for ${formatDuration(oldest)}`;
    },
    judge: (amount) => judgeAmount(amount, { watch: 0, act: 100_000 }),
    isSum: true,
  },
  {
    metric: 'ssp_kafka_publish_lost_events_total',
    subject: () => 'Events lost since the service started',
    says: events,
    judge: (amount) => judgeAmount(amount, { watch: 0, act: 0 }),
    isSum: true,
  },
  {
    metric: 'ssp_spool_damaged_events_total',
    subject: () => 'Events that the disk gave back altered',
    says: events,
    judge: (amount) => judgeAmount(amount, { watch: 0, act: 0 }),
    isSum: true,
  },
];

/** What the services' figures say to an operator: by subject, the services of each in their order. */
export function signalsOf(looks: readonly ServiceLook[]): readonly Signal[] {
  return meanings.flatMap((meaning) =>
    looks.flatMap(({ name: service, samples }) =>
      figuresOf(meaning, samples).map(({ value, labels }) => ({
        subject: meaning.subject(labels),
        service,
        says: meaning.says(value, labels, samples),
        verdict: meaning.judge(value, labels),
      })),
    ),
  );
}

function figuresOf({ metric, isSum }: Meaning, samples: readonly Sample[]): readonly Omit<Sample, 'name'>[] {
  const own = samples.filter(({ name }) => name === metric);
  // Of states, the one that holds has a figure above zero.
  if (isSum === undefined)
    return own.filter(({ labels, value }) => labels['state'] === undefined || value > 0);
  if (own.length === 0) return [];
  return [{ labels: {}, value: own.reduce((sum, { value }) => sum + value, 0) }];
}

function ago(seconds: number): string {
  return Number.isFinite(seconds) ? `${formatDuration(seconds)} ago` : 'never';
}

function events(amount: number): string {
  return amount === 0 ? 'none' : `${whole.format(amount)} event${amount === 1 ? '' : 's'}`;
}
