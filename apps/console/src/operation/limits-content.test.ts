import { type UsageReport, type UsageRow } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { limitsContent } from './limits-content.ts';

const held = {
  version: '3',
  at: '2026-03-01T12:00:00.000Z',
  who: 'operator:ada',
  why: 'more room',
  kind: 'file',
  publishedAt: null,
  text: null,
  document: {
    classes: {},
    costs: {},
    shares: { weights: {}, below: 0.2 },
    limits: [{ id: 'consumers', per: 'consumer', perSecond: 100, burst: 200 }],
  },
};

test('the limits in force are told with who made them', () => {
  const { inForce, use, refused } = limitsContent('', held, null, null);
  expect(inForce).toEqual({
    version: '3',
    made: { at: '1 March 2026 at 12:00:00', who: 'operator:ada', why: 'more room' },
    rules: [['consumers', 'consumer', 'any', '100/s, burst 200', 'enforce']],
  });
  expect([use, refused]).toEqual([null, null]);
});

test('the defaults were made by nobody, and a document of another release is not read', () => {
  const { inForce } = limitsContent('', { ...held, at: null, document: { limits: 'other' } }, null, null);
  expect(inForce).toMatchObject({ made: null, rules: null });
});

test('a use is told limit by limit, with what was refused last', () => {
  const limit = {
    rule: 'consumers',
    scope: 'consumer',
    interactionId: null,
    provider: null,
    perSecond: 100,
    limit: 200,
    windowSeconds: 2,
    mode: 'enforce',
  } as const;
  const refusal = {
    at: '2026-03-01T12:00:00.000Z',
    rule: 'consumers',
    scope: 'consumer',
    to: '918999198738',
    interactionId: 'urn:x',
    retryAfterSeconds: 1,
    times: 1_200,
  } as const;
  const consumers = [
    {
      asid: '200000000359',
      limits: [
        { ...limit, use: { remaining: 7, resetSeconds: 1 } },
        { ...limit, use: null },
      ],
      refusals: [refusal],
    },
  ];
  expect(limitsContent('200000000359', held, { version: '3', consumers }, null).use).toEqual({
    limits: [
      ['consumers', 'all', '100/s, burst 200', '7 of 200', 'enforce'],
      ['consumers', 'each interaction', '100/s, burst 200', 'kept for each by itself', 'enforce'],
    ],
    refusals: [['1 March 2026 at 12:00:00', '1,200', 'consumers', '918999198738', 'urn:x']],
  });
});

const row = (outcome: UsageRow['outcome'], requests: number) => ({
  consumerAsid: 'a',
  consumerOds: 'O',
  outcome,
  requests,
});

test('of usage only refusals are shown, the most first', () => {
  const rows = [row('2xx', 9), row('refused', 2), row('throttled', 3_000)];
  // Only what the page reads.
  const report: Pick<UsageReport, 'rows'> = JSON.parse(JSON.stringify({ rows }));
  expect(limitsContent('', held, null, report).refused).toEqual([
    ['a (O)', 'No room within the limits', '3,000'],
    ['a (O)', 'Refused otherwise', '2'],
  ]);
});
