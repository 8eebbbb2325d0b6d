import { expect, test } from 'vitest';
import { stretchesOf } from './hours.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 2, 1, hour));

test.for([
  { what: 'no hours', hours: [], stretches: [] },
  { what: 'hours without a gap', hours: [1, 2, 3], stretches: [[1, 4]] },
  {
    what: 'a gap',
    hours: [1, 2, 5],
    stretches: [
      [1, 3],
      [5, 6],
    ],
  },
  {
    what: 'more than go into one',
    hours: [1, 2, 3, 4, 5, 6, 7],
    stretches: [
      [1, 4],
      [4, 7],
      [7, 8],
    ],
  },
])('$what', ({ hours, stretches }) => {
  const found = stretchesOf(hours.map(at), 3);
  expect(found).toEqual(stretches.map(([from = 0, to = 0]) => ({ from: at(from), to: at(to) })));
});
