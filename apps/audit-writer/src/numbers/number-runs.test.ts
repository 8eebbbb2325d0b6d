import { expect, test } from 'vitest';
import { NumberRuns } from './number-runs.ts';

test.for([
  { told: [1, 2, 3], runs: [[1, 3]], repeated: [] },
  {
    told: [5, 6, 1, 2, 9],
    runs: [
      [1, 2],
      [5, 6],
      [9, 9],
    ],
    repeated: [],
  },
  { told: [1, 2, 2, 1, 3], runs: [[1, 3]], repeated: [2, 1] },
  {
    told: [3, 2, 1],
    runs: [
      [1, 1],
      [2, 2],
      [3, 3],
    ],
    repeated: [],
  },
])('$told make runs $runs and repeat $repeated', ({ told, runs, repeated }) => {
  const numbers = new NumberRuns();
  const refused = told.filter((number) => !numbers.add({ source: 'a', number }));
  expect(numbers.runs()).toEqual(runs.map(([first, last]) => ({ source: 'a', first, last })));
  expect(refused).toEqual(repeated);
});

test('each source has numbers of its own', () => {
  const numbers = new NumberRuns([{ source: 'b', first: 1, last: 10 }]);
  expect(numbers.add({ source: 'a', number: 4 })).toBe(true);
  expect(numbers.has({ source: 'b', number: 10 })).toBe(true);
  expect(numbers.has({ source: 'b', number: 11 })).toBe(false);
  expect(numbers.has({ source: 'c', number: 4 })).toBe(false);
  expect(numbers.runs()).toEqual([
    { source: 'a', first: 4, last: 4 },
    { source: 'b', first: 1, last: 10 },
  ]);
});
