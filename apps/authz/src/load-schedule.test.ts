import { expect, test } from 'vitest';
import { type Due, dueAfter, dueAtStart, dueOnDemand, nextPass } from './load-schedule.ts';

const intervals: Due = { changes: 10, listing: 40, whole: 3_600 };
const due: Due = { changes: 110, listing: 140, whole: 3_700 };

test.for<{ readonly name: string; readonly due: Due; readonly expected: string | number }>([
  { name: 'the whole at the start', due: dueAtStart, expected: 'whole' },
  { name: 'changes when they are due', due: { ...due, changes: 100 }, expected: 'changes' },
  { name: 'changes before a listing', due: { ...due, changes: 100, listing: 90 }, expected: 'changes' },
  { name: 'a listing when it is due', due: { ...due, listing: 100 }, expected: 'listing' },
  { name: 'the whole before all others', due: { changes: 90, listing: 90, whole: 100 }, expected: 'whole' },
  { name: 'else nothing until something is due', due, expected: 10 },
])('next comes $name', ({ due: given, expected }) => {
  expect(nextPass(given, 100)).toBe(expected);
});

test.for([
  { name: 'a good look at what changed', pass: 'changes', end: 'good', expected: { ...due, changes: 110 } },
  { name: 'a good listing', pass: 'listing', end: 'good', expected: { ...due, listing: 140 } },
  {
    name: 'a whole load, which may have missed what changed meanwhile',
    pass: 'whole',
    end: 'good',
    expected: { changes: 100, listing: 100, whole: 3_700 },
  },
  { name: 'changes that need a listing', pass: 'changes', end: 'unable', expected: { ...due, listing: 100 } },
  {
    name: 'a listing that needs the whole',
    pass: 'listing',
    end: 'unable',
    expected: { ...due, whole: 100 },
  },
  {
    name: 'a listing that is not believed: only a whole load can tell',
    pass: 'listing',
    end: 'refused',
    expected: { changes: Infinity, listing: Infinity, whole: 100 },
  },
  {
    name: 'a whole load that is not believed, after which the next one takes its time',
    pass: 'whole',
    end: 'refused',
    expected: { changes: Infinity, listing: Infinity, whole: 140 },
  },
  {
    name: 'a whole load that failed, which is tried again soon',
    pass: 'whole',
    end: 'failed',
    expected: { ...due, whole: 140 },
  },
  {
    name: 'a listing that was abandoned, which stays due',
    pass: 'listing',
    end: 'abandoned',
    expected: due,
  },
] as const)('after $name', ({ pass, end, expected }) => {
  expect(dueAfter(due, pass, end, 100, intervals)).toEqual(expected);
});

test.for([
  {
    name: 'what changed comes with a listing',
    given: due,
    demand: 'changes',
    expected: { ...due, changes: 100, listing: 100 },
  },
  { name: 'the whole comes at once', given: due, demand: 'whole', expected: { ...due, whole: 100 } },
  {
    name: 'where only a whole load may run, it comes at once',
    given: { changes: Infinity, listing: Infinity, whole: 140 },
    demand: 'changes',
    expected: { changes: Infinity, listing: Infinity, whole: 100 },
  },
] as const)('asked for, $name', ({ given, demand, expected }) => {
  expect(dueOnDemand(given, demand, 100)).toEqual(expected);
});
