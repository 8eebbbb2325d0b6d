import { expect, test } from 'vitest';
import { LoadTally } from './load-tally.ts';

test('answers are counted by kind, the most frequent first, with the times that so many did not exceed', () => {
  const tally = new LoadTally();
  for (let ms = 100; ms >= 1; ms -= 1) tally.add('200', ms);
  tally.add('429', 3);
  expect(tally.rows()).toEqual([
    { answer: '200', requests: 100, p50: 50, p95: 95, p99: 99, max: 100 },
    { answer: '429', requests: 1, p50: 3, p95: 3, p99: 3, max: 3 },
  ]);
  expect([...tally.counts()]).toEqual([
    ['200', 100],
    ['429', 1],
  ]);
  expect(new LoadTally().rows()).toEqual([]);
});
