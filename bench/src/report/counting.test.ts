import { expect, test } from 'vitest';
import { countedBetween, countingLine, isExact } from './counting.ts';

const before = { received: 10, completed: 9, usage: 8 };
const load = { sent: 5, refused: 0 };

test('what was there before is not counted', () => {
  const counting = countedBetween(load, before, { received: 15, completed: 14, usage: 13 });
  expect(isExact(counting)).toBe(true);
  expect(countingLine(counting)).toBe('sent 5 = received 5 = completed 5 = usage 5');
});

test('what was refused is audited, but nobody has used it', () => {
  const counting = countedBetween({ sent: 5, refused: 2 }, before, {
    received: 15,
    completed: 14,
    usage: 11,
  });
  expect(countingLine(counting)).toBe('sent 5 = received 5 = completed 5 = usage 3 + refused 2');
});

test.for([
  { received: 14, completed: 14, usage: 13 },
  { received: 15, completed: 15, usage: 13 },
  { received: 15, completed: 14, usage: 12 },
])('one event too few or too many is seen: %o', (after) => {
  const counting = countedBetween(load, before, after);
  expect(isExact(counting)).toBe(false);
  expect(countingLine(counting)).toContain('DIFFER');
});
