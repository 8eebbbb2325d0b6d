import { expect, test } from 'vitest';
import { NumberSet } from './number-set.ts';

function setOf(numbers: Iterable<number>): NumberSet {
  const set = new NumberSet();
  for (const number of numbers) set.add(number);
  return set;
}

function* from(first: number, last: number) {
  for (let number = first; number <= last; number += 1) yield number;
}

test.for([
  { what: 'nothing', numbers: [], holes: [] },
  { what: 'all', numbers: [1, 2, 3], holes: [] },
  { what: 'its beginning', numbers: [3], holes: [{ first: 1, last: 2 }] },
  {
    what: 'some, in any order',
    numbers: [9, 2, 1, 5],
    holes: [
      { first: 3, last: 4 },
      { first: 6, last: 8 },
    ],
  },
  {
    what: 'most of a trillion',
    numbers: [1, 999_999_999_999],
    holes: [{ first: 2, last: 999_999_999_998 }],
  },
])('where $what is there, the holes are $holes', ({ numbers, holes }) => {
  const set = setOf(numbers);
  expect([...set.holes(set.highest)]).toEqual(holes);
});

test('holes are found wherever they lie in long stretches', () => {
  const missing = new Set([1, 65_535, 65_536, 131_071, 131_072, 131_073, 400_000]);
  const set = setOf(from(1, 500_000).filter((number) => !missing.has(number)));
  expect([...set.holes(500_000)]).toEqual([
    { first: 1, last: 1 },
    { first: 65_535, last: 65_536 },
    { first: 131_071, last: 131_073 },
    { first: 400_000, last: 400_000 },
  ]);
  expect([...set.holes(500_002)].at(-1)).toEqual({ first: 500_001, last: 500_002 });
  expect([...set.holes(131_072)].at(-1)).toEqual({ first: 131_071, last: 131_072 });
  for (const number of missing) expect(set.add(number)).toBe(true);
  expect([...set.holes(500_000)]).toEqual([]);
});

test('a number that is there is not added again, also where all are there', () => {
  const set = setOf(from(1, 70_000));
  expect([1, 65_535, 69_999, 70_001].map((number) => set.add(number))).toEqual([false, false, false, true]);
  expect([1, 70_001, 70_002].map((number) => set.has(number))).toEqual([true, true, false]);
});
