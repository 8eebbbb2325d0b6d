import { type AuditedAsk } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { LimitsDocument } from '../limits/limits-document.ts';
import { resolveLimits } from '../limits/resolve-limits.ts';
import { limitsModel } from './limits-model.ts';

const startMs = Date.parse('2026-03-01T12:00:00Z');
const asked = (afterMs: number, more: Partial<AuditedAsk> = {}): AuditedAsk => ({
  traceId: null,
  edge: '/ssp/edge/1',
  from: '200000000359',
  to: '918999198738',
  interactionId: 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1',
  supplier: null,
  receivedAt: new Date(startMs + afterMs).toISOString(),
  durationMs: 10,
  outcome: 'forwarded',
  refusal: null,
  admission: null,
  ...more,
});
const limitsOf = (...limits: readonly object[]) =>
  resolveLimits(
    LimitsDocument.parse({ classes: {}, costs: {}, shares: { weights: {}, below: 0 }, limits }),
    '1',
  );
const every = (gapMs: number, count: number, more: Partial<AuditedAsk> = {}) =>
  Array.from({ length: count }, (_, index) => asked(index * gapMs, more));

const consumers = { id: 'consumers', per: 'consumer', perSecond: 10, burst: 5 };
const open = { id: 'open', per: 'provider-in-flight', inFlight: 3 };
const edge = { id: 'edge', per: 'edge-in-flight', inFlight: 2 };

test.for([
  { what: 'at the limit', limits: [consumers], asks: every(100, 50), refused: 0 },
  { what: 'at twice the limit', limits: [consumers], asks: every(50, 50), refused: 21 },
  { what: 'all at once', limits: [consumers], asks: every(0, 50), refused: 45 },
  {
    what: 'in a limit of shadow mode',
    limits: [{ ...consumers, mode: 'shadow' }],
    asks: every(0, 50),
    refused: 0,
  },
  {
    what: 'counted though the counters could not be away',
    limits: [{ ...consumers, whenCountersAreAway: 'refuse' }],
    asks: every(0, 6),
    refused: 1,
  },
  { what: 'three open at a time', limits: [open], asks: every(10, 30, { durationMs: 30 }), refused: 0 },
  // Three are let in, the fourth is refused and never opens.
  { what: 'four open at a time', limits: [open], asks: every(10, 32, { durationMs: 40 }), refused: 8 },
  { what: 'long ones', limits: [open], asks: every(1_000, 30, { durationMs: 100_000 }), refused: 27 },
  { what: 'open at one edge', limits: [edge], asks: every(10, 4, { durationMs: 100 }), refused: 2 },
])('$what: $refused are refused', ({ limits, asks, refused }) => {
  const resolved = limitsOf(...limits);
  const judge = limitsModel(() => resolved);
  expect(asks.filter((ask) => judge(ask).refusedBy !== null)).toHaveLength(refused);
});

test('what is open at another provider, or another edge, is nothing here', () => {
  const resolved = limitsOf({ ...open, inFlight: 1 }, { ...edge, inFlight: 1 });
  const judge = limitsModel(() => resolved);
  const long = { durationMs: 1_000 };
  const told = [
    asked(0, long),
    asked(1, { ...long, edge: '/ssp/edge/2' }),
    asked(2, { ...long, to: '918999198739' }),
    asked(3, { ...long, to: '918999198739', edge: '/ssp/edge/2' }),
    asked(1_000, long),
  ].map((ask) => judge(ask).refusedBy);
  expect(told).toEqual([
    null,
    { rule: 'open', scope: 'provider-in-flight' },
    { rule: 'edge', scope: 'edge-in-flight' },
    null,
    null,
  ]);
});

test('limits that change half-way keep the use so far, and shadow mode names its rule', () => {
  const before = limitsOf(consumers);
  const after = limitsOf({ ...consumers, id: 'fewer', burst: 2, mode: 'shadow' });
  const judge = limitsModel((nowMs) => (nowMs < startMs + 50 ? before : after));
  const [last] = [...every(0, 5), asked(60)].map((ask) => judge(ask)).slice(-1);
  expect(last).toEqual({ refusedBy: null, shadowed: ['fewer'] });
});
