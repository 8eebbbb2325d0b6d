import { expect, test } from 'vitest';
import { heardNothing, heardOf, type KnownProcesses } from './known-processes.ts';

const settleMs = 6_000;
const start: KnownProcesses = { count: 3, fewer: null };

/** What is known after these heartbeats; null is one without an answer. */
const after = (...beats: readonly (readonly [nowMs: number, alive: number | null])[]) =>
  beats.reduce(
    (known, [nowMs, alive]) =>
      alive === null ? heardNothing(known) : heardOf(known, alive, { nowMs, settleMs }),
    start,
  ).count;

test.for([
  { means: 'more are believed at once', beats: [[0, 5]], expected: 5 },
  { means: 'fewer are not', beats: [[0, 1]], expected: 3 },
  {
    means: 'fewer are, once it stays so',
    beats: [
      [0, 1],
      [3_000, 1],
      [6_000, 1],
    ],
    expected: 1,
  },
  {
    means: 'the most of the fewer',
    beats: [
      [0, 1],
      [3_000, 2],
      [6_000, 1],
    ],
    expected: 2,
  },
  {
    means: 'all are back',
    beats: [
      [0, 1],
      [3_000, 3],
      [6_000, 1],
    ],
    expected: 3,
  },
  {
    means: 'silence begins anew',
    beats: [
      [0, 1],
      [3_000, null],
      [6_000, 1],
    ],
    expected: 3,
  },
  {
    means: 'silence changes nothing',
    beats: [
      [0, null],
      [60_000, null],
    ],
    expected: 3,
  },
] as const)('$means: $beats', ({ beats, expected }) => {
  expect(after(...beats)).toBe(expected);
});
