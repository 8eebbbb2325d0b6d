import { expect, test } from 'vitest';
import { hasSettled } from './settled.ts';

test.for([
  { what: 'too little to tell', costs: [500, 400, 400, 400, 400], expected: false },
  { what: 'a cost that still falls', costs: [700, 600, 550, 520, 500, 480], expected: false },
  {
    what: 'a cost that swings but falls no more',
    costs: [700, 410, 400, 405, 402, 398, 404],
    expected: true,
  },
  { what: 'a cost that rises', costs: [400, 400, 400, 420, 430, 440], expected: true },
])('$what: settled is $expected', ({ costs, expected }) => {
  expect(hasSettled(costs)).toBe(expected);
});
