import { expect, test } from 'vitest';
import { Backlog } from './backlog.ts';

const place = { topic: 'ssp.exchange.received', partition: 3 };
const other = { ...place, partition: 4 };

test.for([
  {
    name: 'nothing is known',
    steps: () => undefined,
    events: 0,
    oldestMs: 0,
  },
  {
    name: 'all is written',
    steps: (it: Backlog) => {
      it.saw(place, { first: 0n, end: 10n }, 1_000);
      it.wrote(place, 10n);
    },
    events: 0,
    oldestMs: 0,
  },
  {
    name: 'events came between two looks: they are as old as the look before',
    steps: (it: Backlog) => {
      it.wrote(place, 10n);
      it.saw(place, { first: 0n, end: 10n }, 1_000);
      it.saw(place, { first: 0n, end: 10n }, 3_000);
      it.saw(place, { first: 0n, end: 14n }, 5_000);
    },
    events: 4,
    oldestMs: 7_000,
  },
  {
    name: 'a batch under way says when its first event came',
    steps: (it: Backlog) => {
      it.wrote(place, 10n);
      it.begins(place, { offset: 10n, atMs: 9_500 }, 11n);
    },
    events: 1,
    oldestMs: 500,
  },
  {
    name: 'some of what came is written',
    steps: (it: Backlog) => {
      it.wrote(place, 10n);
      for (const [end, atMs] of [
        [10n, 1_000],
        [12n, 3_000],
        [14n, 5_000],
        [16n, 7_000],
      ] as const)
        it.saw(place, { first: 0n, end }, atMs);
      it.wrote(place, 14n);
    },
    events: 2,
    oldestMs: 5_000,
  },
  {
    name: 'what was there before the first look is as old as that look',
    steps: (it: Backlog) => {
      it.wrote(place, 10n);
      it.saw(place, { first: 0n, end: 20n }, 4_000);
      it.saw(place, { first: 0n, end: 22n }, 6_000);
    },
    events: 12,
    oldestMs: 6_000,
  },
  {
    name: 'what Kafka dropped is waited for no longer',
    steps: (it: Backlog) => {
      it.wrote(place, 10n);
      it.saw(place, { first: 15n, end: 16n }, 4_000);
    },
    events: 1,
    oldestMs: 6_000,
  },
  {
    name: 'the table is ahead of the last look',
    steps: (it: Backlog) => {
      it.saw(place, { first: 0n, end: 10n }, 4_000);
      it.wrote(place, 12n);
    },
    events: 0,
    oldestMs: 0,
  },
  {
    name: 'the oldest of two partitions counts',
    steps: (it: Backlog) => {
      it.wrote(place, 1n);
      it.begins(place, { offset: 1n, atMs: 9_000 }, 2n);
      it.wrote(other, 1n);
      it.begins(other, { offset: 1n, atMs: 8_000 }, 2n);
    },
    events: 2,
    oldestMs: 2_000,
  },
])('$name: $events events, the oldest of $oldestMs ms', ({ steps, events, oldestMs }) => {
  const backlog = new Backlog();
  steps(backlog);
  expect(backlog.partitions().reduce((sum, it) => sum + it.events, 0)).toBe(events);
  expect(backlog.oldestMs(10_000)).toBe(oldestMs);
});

test('years without writing need no endless memory, and make nothing younger', () => {
  const backlog = new Backlog();
  backlog.wrote(place, 1n);
  for (let look = 1; look <= 50_000; look += 1) backlog.saw(place, { first: 0n, end: BigInt(look) }, look);
  expect(backlog.oldestMs(50_000)).toBe(49_999);
  backlog.wrote(place, 40_000n);
  expect(backlog.oldestMs(50_000)).toBeGreaterThanOrEqual(10_000);
  expect(backlog.oldestMs(50_000)).toBeLessThan(11_000);
});
