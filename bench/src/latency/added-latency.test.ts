import { expect, test } from 'vitest';
import { addedLatency } from './added-latency.ts';

const result = (...latenciesMs: readonly number[]) => ({
  latenciesMs,
  lagsMs: [0],
  refused: 0,
  newConnections: 0,
});

const turns = [
  { through: result(9, 5, 6), direct: result(1, 2, 3) },
  { through: result(7, 8, 40), direct: result(4, 3, 30) },
];

test('the median through the platform less the median straight to the provider is what it adds', () => {
  expect(addedLatency(turns, 'p50')).toEqual({
    throughMs: 7,
    directMs: 3,
    addedMs: 4,
    leastMs: 4,
    mostMs: 4,
  });
});

test('the range is that of single turns', () => {
  expect(addedLatency(turns, 'max')).toEqual({
    throughMs: 40,
    directMs: 30,
    addedMs: 10,
    leastMs: 6,
    mostMs: 10,
  });
});
