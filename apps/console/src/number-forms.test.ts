import { expect, test } from 'vitest';
import {
  formatBytes,
  formatChange,
  formatCount,
  formatDay,
  formatHour,
  formatMilliseconds,
  formatMonth,
  formatShare,
} from './number-forms.ts';

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

test('days and hours are named', () => {
  expect(formatDay('2026-01-31')).toBe('31 January 2026');
  expect(formatHour('2026-01-31T23:00:00.000Z')).toBe('31 January 2026, 23:00');
});

test.for([
  { part: 0, whole: 10, expected: '0%' },
  { part: 12, whole: 1_000, expected: '1.2%' },
  { part: 1, whole: 81_000, expected: '0.00123%' },
  { part: 5, whole: 5, expected: '100%' },
  { part: 0, whole: 0, expected: '–' },
])('$part of $whole is $expected', ({ part, whole, expected }) => {
  expect(formatShare(part, whole)).toBe(expected);
});

test.for([
  { now: 112, before: 100, expected: '12% more' },
  { now: 50, before: 100, expected: '50% less' },
  { now: 0, before: 100, expected: '100% less' },
  { now: 100.3, before: 100, expected: 'about the same' },
  { now: 5_000, before: 1, expected: '499,900% more' },
  { now: 5, before: 0, expected: '–' },
  { now: null, before: 7, expected: '–' },
  { now: 7, before: null, expected: '–' },
])('$now after $before is $expected', ({ now, before, expected }) => {
  expect(formatChange(now, before)).toBe(expected);
});
