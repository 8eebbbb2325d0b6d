import { expect, test } from 'vitest';
import { median } from './median.ts';

test.for([
  { values: [7], expected: 7 },
  { values: [10, 9, 100], expected: 10 },
  { values: [1, 2, 10, 4], expected: 3 },
])('the median of $values is $expected', ({ values, expected }) => {
  expect(median(values)).toBe(expected);
});

test('nothing has no median', () => {
  expect(() => median([])).toThrow(RangeError);
});
