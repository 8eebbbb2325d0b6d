import { expect, test } from 'vitest';
import { nextSliceMs } from './slice-of-time.ts';

test.for([
  { exchanges: 0, minutes: 10, next: 40 },
  { exchanges: 1_000, minutes: 30, next: 60 },
  { exchanges: 50_000, minutes: 10, next: 20 },
  { exchanges: 100_000, minutes: 10, next: 10 },
  { exchanges: 200_000, minutes: 10, next: 5 },
  { exchanges: 100_000_000, minutes: 10, next: 2.5 },
  { exchanges: 100_000_000, minutes: 1, next: 1 },
])(
  'after $exchanges exchanges in $minutes minutes the next slice is of $next',
  ({ exchanges, minutes, next }) => {
    expect(nextSliceMs(minutes * 60_000, exchanges)).toBe(next * 60_000);
  },
);
