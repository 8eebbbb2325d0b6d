import { expect, test } from 'vitest';
import { crlOrder } from './crl-order.ts';

const minute = 60_000;
const nowMs = Date.UTC(2026, 0, 1);
const inForce = { number: 7n, thisUpdateMs: nowMs - 120 * minute, digest: 'a' };
const unnumbered = { ...inForce, number: null };

test.for([
  { offered: 'the very list in force', number: 7n, minutes: -120, digest: 'a', expected: 'known' },
  { offered: 'a higher number', number: 8n, minutes: 0, expected: 'newer' },
  { offered: 'a higher number of the same second', number: 8n, minutes: -120, expected: 'newer' },
  { offered: 'a higher number, backdated by half an hour', number: 8n, minutes: -150, expected: 'newer' },
  { offered: 'a higher number, backdated by a day', number: 8n, minutes: -1_560, expected: 'older' },
  { offered: 'the same number and another content', number: 7n, minutes: 0, expected: 'number-reused' },
  { offered: 'a lower number, however new', number: 6n, minutes: 0, expected: 'older' },
  { offered: 'a clock four minutes ahead', number: 8n, minutes: 4, expected: 'newer' },
  { offered: 'a clock six minutes ahead', number: 8n, minutes: 6, expected: 'from-the-future' },
  { offered: 'no number, and a later date', number: null, minutes: -119, expected: 'newer' },
  { offered: 'no number, and the same date', number: null, minutes: -120, expected: 'older' },
  { offered: 'no number, and an earlier date', number: null, minutes: -121, expected: 'older' },
])('$offered is $expected', ({ number, minutes, digest = 'b', expected }) => {
  const offered = { number, thisUpdateMs: nowMs + minutes * minute, digest };
  expect(crlOrder(offered, inForce, nowMs)).toBe(expected);
});

test.for([
  { offered: 'a numbered list of a later date', minutes: -119, expected: 'newer' },
  { offered: 'a numbered list of an earlier date', minutes: -121, expected: 'older' },
])('after a list without a number $offered is $expected', ({ minutes, expected }) => {
  const offered = { number: 1n, thisUpdateMs: nowMs + minutes * minute, digest: 'b' };
  expect(crlOrder(offered, unnumbered, nowMs)).toBe(expected);
});

test('where none is in force any list is taken, but for one from the future', () => {
  const offered = { number: null, thisUpdateMs: nowMs - 9_999 * minute, digest: 'b' };
  expect(crlOrder(offered, null, nowMs)).toBe('newer');
  expect(crlOrder({ ...offered, thisUpdateMs: nowMs + 6 * minute }, null, nowMs)).toBe('from-the-future');
});
