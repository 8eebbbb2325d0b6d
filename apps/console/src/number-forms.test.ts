import { expect, test } from 'vitest';
import { formatBytes, formatCount, formatMilliseconds, formatMonth } from './number-forms.ts';

test.for([
  { count: 0, expected: '0' },
  { count: 999, expected: '999' },
  { count: 1_234_567, expected: '1,234,567' },
])('$count is counted $expected', ({ count, expected }) => {
  expect(formatCount(count)).toBe(expected);
});

test.for([
  { bytes: 0, expected: '0 bytes' },
  { bytes: 999, expected: '999 bytes' },
  { bytes: 1_000, expected: '1.00 kB' },
  { bytes: 1_254_000, expected: '1.25 MB' },
  { bytes: 999_499, expected: '999 kB' },
  { bytes: 999_600, expected: '1.00 MB' },
  { bytes: 3.95e12, expected: '3.95 TB' },
  { bytes: 2.5e18, expected: '2,500 PB' },
])('$bytes bytes are $expected', ({ bytes, expected }) => {
  expect(formatBytes(bytes)).toBe(expected);
});

test.for([
  { durationMs: null, expected: '–' },
  { durationMs: 0, expected: '0 ms' },
  { durationMs: 12.345, expected: '12.3 ms' },
  { durationMs: 999.4, expected: '999 ms' },
  { durationMs: 1_500, expected: '1.50 s' },
  { durationMs: 3_600_000, expected: '3,600 s' },
])('$durationMs milliseconds are $expected', ({ durationMs, expected }) => {
  expect(formatMilliseconds(durationMs)).toBe(expected);
});

test('a month is named', () => {
  expect(formatMonth('2026-01')).toBe('January 2026');
});
