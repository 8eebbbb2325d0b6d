import { expect, test } from 'vitest';
import { usage } from '../test/store-usage.ts';
import { aggregateUsage } from './aggregate-usage.ts';
import { quantile } from './sketch.ts';

test('nothing adds up to nothing', () => {
  expect(aggregateUsage([])).toEqual([]);
});

test('exchanges that share everything become one sum', () => {
  const sums = aggregateUsage([
    usage({ requestBytes: 1, responseBytes: 10, providerUs: 5, totalUs: 7 }),
    usage({ requestBytes: 2, responseBytes: 20, providerUs: 3, totalUs: 8 }),
    usage({ requestBytes: 4, responseBytes: 40, providerUs: null, totalUs: 9, isBillable: false }),
  ]);
  expect(sums).toHaveLength(1);
  expect(sums[0]).toMatchObject({
    requests: 3,
    billable: 2,
    requestBytes: 7,
    responseBytes: 70,
    providerTimed: 2,
    providerUs: 8,
    providerUsMax: 5,
    ownUs: 7,
    totalUs: 24,
  });
});

test('own time is what is left of the whole beside the provider’s, of exchanges whose provider was timed', () => {
  const [sum] = aggregateUsage([
    usage({ providerUs: 10_000, totalUs: 11_000 }),
    usage({ providerUs: 10_001, totalUs: 10_000 }),
    usage({ providerUs: null, totalUs: 30_000 }),
  ]);
  expect(sum).toMatchObject({ providerTimed: 2, ownUs: 1_000, totalUs: 51_000 });
  const times = sum?.ownTimes.toBytes() ?? Buffer.alloc(0);
  expect(quantile(times, 0)).toBe(0);
  expect(quantile(times, 1)).toBeCloseTo(1_000, -1.3);
});

test.for([
  { part: 'hour', changes: { hour: '2026-04-01T00:00:00.000Z' } },
  { part: 'supplier', changes: { supplier: 'Supplier B' } },
  { part: 'providerOds', changes: { providerOds: 'X' } },
  { part: 'providerAsid', changes: { providerAsid: 'X' } },
  { part: 'consumerOds', changes: { consumerOds: 'X' } },
  { part: 'consumerAsid', changes: { consumerAsid: 'X' } },
  { part: 'interaction', changes: { interaction: 'X' } },
  { part: 'outcome', changes: { outcome: 'failed' } },
] as const)('exchanges that differ in $part are counted apart', ({ changes }) => {
  const sums = aggregateUsage([usage(), usage(changes), usage()]);
  expect(sums.map(({ requests }) => requests).toSorted((left, right) => left - right)).toEqual([1, 2]);
});

test('the order of the sums does not depend on the order of the exchanges', () => {
  const usages = ['b', 'a', 'ab', 'c'].map((supplier) => usage({ supplier }));
  expect(aggregateUsage(usages)).toEqual(aggregateUsage(usages.toReversed()));
});
