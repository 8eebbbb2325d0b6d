import { expect, test } from 'vitest';
import { readArguments } from './arguments.ts';

test('without options every part is run, three times over, on warm code', () => {
  expect(readArguments([])).toMatchObject({
    parts: new Set(['cost', 'latency', 'profile']),
    requests: 6_000,
    rounds: 3,
    warmUp: { sliceRequests: 8_000, slicesMax: 12 },
    perSecond: 138,
    arrivals: 'fixed',
    phaseSeconds: 20,
    quick: false,
  });
});

test('numbers can be chosen, also of a quick run', () => {
  expect(readArguments(['--quick', '--requests', '700', '--rounds=2'])).toMatchObject({
    requests: 700,
    rounds: 2,
    warmUp: { sliceRequests: 2_000, slicesMax: 1 },
  });
});

test.for([
  { args: ['--only', 'latency'], part: 'latency' },
  { args: ['--only=cost'], part: 'cost' },
  { args: ['--profile'], part: 'profile' },
] as const)('$args runs $part alone', ({ args, part }) => {
  expect(readArguments(args).parts).toEqual(new Set([part]));
});

test('a part that looks at the edge alone leaves out all others', () => {
  expect(readArguments(['--only', 'client', '--rounds', '4'])).toMatchObject({
    parts: new Set(),
    edgePart: 'client',
    client: { requests: 10_000, turns: 4 },
  });
  expect(readArguments([]).edgePart).toBe(null);
});

test.for([
  {
    args: ['--only', 'audit-writer'],
    expected: { auditPart: 'audit-writer', audit: { events: 200_000, rounds: 1 } },
  },
  {
    args: ['--only', 'audit-search'],
    expected: { auditPart: 'audit-search', audit: { events: 2_000_000, rounds: 1 } },
  },
  {
    args: ['--only', 'audit-writer', '--events', '1000000', '--rounds', '3'],
    expected: { audit: { events: 1_000_000, rounds: 3 } },
  },
  {
    args: ['--only', 'audit-search', '--quick'],
    expected: { quick: true, audit: { events: 20_000, rounds: 1 } },
  },
])('$args looks at the audit alone', ({ args, expected }) => {
  expect(readArguments(args)).toMatchObject({ parts: new Set(), ...expected });
});

test.for([
  { args: ['--only', 'billing-query'], expected: { billingPart: 'billing-query', scale: 100 } },
  { args: ['--only', 'billing-query', '--scale', '5'], expected: { scale: 5, quick: false } },
  { args: ['--only', 'billing-query', '--quick'], expected: { quick: true, scale: 1 } },
])('$args looks at billing alone', ({ args, expected }) => {
  expect(readArguments(args)).toMatchObject({ parts: new Set(), ...expected });
});

test.for([
  ['--scale', '0'],
  ['--requests', '0'],
  ['--requests', 'many'],
  ['--requests', '1e9'],
  ['--rounds', '2.5'],
  ['--seconds', '1'],
  ['--events', '100'],
  ['--only', 'nginx'],
  ['--arrivals', 'bursts'],
  ['--slow'],
])('%s is refused with a reason', (args) => {
  expect(() => readArguments(args)).toThrow(/must be|Unknown option/);
});
