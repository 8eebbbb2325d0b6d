import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { AnswerParts } from './answer-parts.ts';

test.for([1, 4_096, 4_097, 16_384, 16_385, 100_000])(
  'a copy of %i bytes stays as it was when the bytes are overwritten',
  (length) => {
    const parts = new AnswerParts();
    const bytes = randomBytes(length);
    const wanted = bytes.toString('hex');
    const copy = parts.copy(bytes);
    bytes.fill(0);
    expect(copy.toString('hex')).toBe(wanted);
  },
);

test('memory is used again once it is given back, and not before', () => {
  const parts = new AnswerParts();
  const first = parts.copy(Buffer.alloc(16_384, 'a'));
  const second = parts.copy(Buffer.alloc(16_384, 'b'));
  expect(second.buffer).not.toBe(first.buffer);
  parts.giveBack(first);
  const third = parts.copy(Buffer.alloc(5_000, 'c'));
  expect(third.buffer).toBe(first.buffer);
  expect(third.toString()).toBe('c'.repeat(5_000));
  expect(second.toString()).toBe('b'.repeat(16_384));
  expect(parts.copy(Buffer.alloc(16_384, 'd')).buffer).not.toBe(first.buffer);
});

test("memory that is not the pool's own is never given to another", () => {
  const parts = new AnswerParts();
  const small = parts.copy(Buffer.from('small'));
  const large = parts.copy(Buffer.alloc(16_385));
  for (const part of [small, large]) parts.giveBack(part);
  expect([small.buffer, large.buffer]).not.toContain(parts.copy(Buffer.alloc(16_384)).buffer);
});

test('what nobody has needed for a while is let go', () => {
  const parts = new AnswerParts();
  const lent = Array.from({ length: 8 }, () => parts.copy(Buffer.alloc(16_384)));
  for (const part of lent) parts.giveBack(part);
  expect(parts.freeBytes).toBe(8 * 16_384);
  parts.sweep();
  expect(parts.freeBytes).toBe(8 * 16_384);
  parts.sweep();
  expect(parts.freeBytes).toBe(4 * 16_384);
});
