import { expect, test } from 'vitest';
import { percentile } from './percentile.ts';

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

test.for([
  { share: 0.5, expected: 50 },
  { share: 0.99, expected: 99 },
  { share: 0.999, expected: 100 },
  { share: 1, expected: 100 },
  { share: 0, expected: 1 },
])('of 1 to 100 a share of $share does not exceed $expected', ({ share, expected }) => {
  expect(percentile(hundred, share)).toBe(expected);
});

test('of one value every percentile is that value', () => {
  expect(percentile([7], 0.5)).toBe(7);
});

test('nothing has no percentiles', () => {
  expect(() => percentile([], 0.5)).toThrow(RangeError);
});
