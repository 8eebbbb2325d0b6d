import { expect, test } from 'vitest';
import { readThreadTimes, usedByThreads } from './thread-times.ts';

test('threads of one name are summed, new ones counted whole, and the main thread goes by its role', () => {
  const before = new Map([
    [7, { name: 'node', us: 100 }],
    [8, { name: 'worker', us: 10 }],
  ]);
  const after = new Map([
    [7, { name: 'node', us: 130 }],
    [8, { name: 'worker', us: 50 }],
    [9, { name: 'worker', us: 5 }],
  ]);
  expect([...usedByThreads(7, before, after)]).toEqual([
    ['worker', 45],
    ['main', 30],
  ]);
});

test('this process is found with its main thread', () => {
  expect(readThreadTimes(process.pid).has(process.pid)).toBe(true);
});
