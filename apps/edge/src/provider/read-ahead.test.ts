import { expect, test } from 'vitest';
import { HeldBody, ReadAhead } from './read-ahead.ts';

const kibibyte = 1_024;

test('an exchange reads on until it holds what one may', () => {
  const all = new ReadAhead({ exchangeBytesMax: 64 * kibibyte, totalBytesMax: 1_024 * kibibyte });
  const held = new HeldBody(all);
  held.hold(40 * kibibyte);
  expect(held.hasRoom).toBe(true);
  held.hold(40 * kibibyte);
  expect(held.hasRoom).toBe(false);
  held.release();
  expect(held.hasRoom).toBe(true);
  expect(all.heldBytes).toBe(0);
});

test('nobody reads on while all together hold what they may', () => {
  const all = new ReadAhead({ exchangeBytesMax: 64 * kibibyte, totalBytesMax: 64 * kibibyte });
  const [one, other] = [new HeldBody(all), new HeldBody(all)];
  one.hold(40 * kibibyte);
  other.hold(40 * kibibyte);
  expect([one.hasRoom, other.hasRoom]).toEqual([false, false]);
  one.release();
  expect([one.hasRoom, other.hasRoom]).toEqual([true, true]);
});

test('a body of single bytes is not let in for its bytes alone', () => {
  const all = new ReadAhead({ exchangeBytesMax: 64 * kibibyte, totalBytesMax: 64 * kibibyte });
  const held = new HeldBody(all);
  let pieces = 0;
  for (; held.hasRoom && pieces < 1_000; pieces++) held.hold(1);
  expect(pieces).toBeLessThan(200);
});
