import { expect, test } from 'vitest';
import { readOverviewMonth } from './overview-month.ts';

const now = new Date('2026-03-15T13:20:00Z');
const read = (address: string, newest: string | null = '2026-03') =>
  readOverviewMonth(new URLSearchParams(address), newest, now);

test('a month that has passed is shown whole, with the year that it ends', () => {
  expect(read('month=2026-01')).toEqual({
    month: '2026-01',
    hours: { from: '2026-01-01T00:00Z', to: '2026-02-01T00:00Z' },
    yearHours: { from: '2025-02-01T00:00Z', to: '2026-02-01T00:00Z' },
    words: 'in January 2026',
    faults: [],
  });
});

test('of the month of now only what has begun is shown', () => {
  expect(read('')).toMatchObject({
    hours: { from: '2026-03-01T00:00Z', to: '2026-03-15T14:00Z' },
    words: 'in March 2026 so far',
  });
});

test('without usage it is the month of now, and a fault is said', () => {
  expect(read('', null).month).toBe('2026-03');
  expect(read('month=x', '2026-02')).toMatchObject({ month: '2026-02', faults: [{ field: 'month' }] });
});
