import { expect, test } from 'vitest';
import { type Sample } from './metric-samples.ts';
import { signalsOf } from './signals.ts';

const sample = (name: string, value: number, labels: Sample['labels'] = {}): Sample => ({
  name,
  value,
  labels,
});
const look = (...samples: readonly Sample[]) => [{ name: 'it', report: null, samples }];

test.for<[string, readonly Sample[], string, string]>([
  ['a directory of today', [sample('ssp_authz_directory_age_seconds', 61)], '61 seconds ago', 'good'],
  ['an old directory', [sample('ssp_authz_directory_age_seconds', 50_000)], '14 hours ago', 'act'],
  ['no directory', [sample('ssp_authz_directory_age_seconds', Number.NaN)], 'never', 'act'],
  [
    'partitions together',
    [sample('ssp_audit_lag_events', 20_000), sample('ssp_audit_lag_events', 1)],
    '20,001 events',
    'watch',
  ],
  [
    'a spool in use',
    [sample('ssp_spool_events', 2), sample('ssp_spool_oldest_seconds', 130)],
    '2 events, the oldest for 2 minutes',
    'watch',
  ],
  ['a lost event', [sample('ssp_kafka_publish_lost_events_total', 1, { topic: 't' })], '1 event', 'act'],
  ['counters away', [sample('ssp_throttle_breaker_state', 1, { state: 'open' })], 'away: each', 'watch'],
])('%s', ([, samples, says, verdict]) => {
  const signals = signalsOf(look(...samples));
  expect(signals).toEqual([
    expect.objectContaining({ service: 'it', says: expect.stringContaining(says), verdict }),
  ]);
});

test('what a service does not tell of is not spoken of', () => {
  expect(signalsOf(look(sample('ssp_edge_exchanges_in_flight', 3)))).toEqual([]);
});
