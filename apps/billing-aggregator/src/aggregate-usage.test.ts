import { expect, test } from 'vitest';
import { completedEvent } from '../test/completed-event.ts';
import { aggregateUsage } from './aggregate-usage.ts';
import { type Usage, usageOf } from './usage-of.ts';

function usage(changes: Partial<Usage> = {}): Usage {
  const usual = usageOf(completedEvent());
  if (usual === null) throw new Error('the usual event is usage');
  return { ...usual, ...changes };
}

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
    totalUs: 24,
  });
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
