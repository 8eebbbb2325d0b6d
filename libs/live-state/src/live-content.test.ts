import { expect, test } from 'vitest';
import { liveContent } from './live-content.ts';
import { type ServiceLook } from './look-at-services.ts';

const nowMs = Date.parse('2026-03-01T00:00:00Z');

const look = (name: string, ready: boolean, checks: Readonly<Record<string, string>>): ServiceLook => ({
  name,
  report: { ready, state: 'started', checks },
  samples: [],
});

test('what is well is said in a sentence', () => {
  const content = liveContent([look('authz', true, { postgres: 'ok' }), look('edge', true, {})], nowMs);
  expect(content.verdict).toBe('good');
  expect(content.summary).toBe('All 2 services are ready, and nothing is late.');
  expect(content.services).toContainEqual({ name: 'authz', verdict: 'good', state: 'Ready', remarks: [] });
});

test('what needs somebody comes first, with its reason', () => {
  const content = liveContent(
    [
      look('authz', true, { postgres: 'ok', directory: 'ok, but of yesterday' }),
      look('edge', false, { crl: 'no CRL of CA', kafka: 'ok' }),
      { name: 'gone', report: null, samples: [] },
      { ...look('audit', true, {}), samples: [{ name: 'ssp_audit_missing_events', labels: {}, value: 3 }] },
    ],
    nowMs,
  );
  expect(content.verdict).toBe('act');
  expect(content.summary).toBe('3 matters need somebody now, 1 should be kept in view.');
  expect(content.services.map(({ name, state, remarks }) => [name, state, ...remarks])).toEqual([
    ['edge', 'Not ready', 'crl: no CRL of CA'],
    ['gone', 'No answer', 'It did not answer in time, or could not be reached.'],
    ['authz', 'Ready', 'directory: ok, but of yesterday'],
    ['audit', 'Ready'],
  ]);
});
