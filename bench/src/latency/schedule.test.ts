import { expect, test } from 'vitest';
import { schedule } from './schedule.ts';

test('fixed arrivals are evenly spaced from the start on', () => {
  expect(schedule('fixed', 100, 4, Math.random)).toEqual([0, 10, 20, 30]);
});

test('the gaps of Poisson arrivals follow the random numbers', () => {
  const numbers = [0, 1 - Math.exp(-1), 1 - Math.exp(-2)];
  const due = schedule('poisson', 100, 3, () => numbers.shift() ?? 0);
  expect(due.map((ms) => Math.round(ms))).toEqual([0, 10, 30]);
});

test('Poisson arrivals keep the rate over many requests, and never go back in time', () => {
  // Evenly spread instead of random, so that the mean is what theory says.
  let asked = 0;
  const due = schedule('poisson', 138, 10_000, () => (asked++ + 0.5) / 10_000);
  expect(due.at(-1)).toBeCloseTo((10_000 / 138) * 1_000, -2);
  expect(due).toEqual(due.toSorted((a, b) => a - b));
});
