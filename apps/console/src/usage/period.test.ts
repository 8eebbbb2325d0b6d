import { expect, test } from 'vitest';
import { daysOf, describeHours, describePeriod, hoursOf, type Period, readPeriod } from './period.ts';

const month = (of: string): Period => ({ kind: 'month', month: of });
const days = (from: string, to: string): Period => ({ kind: 'days', from, to });

test.for([
  { address: '', period: month('2026-03'), faulty: [] },
  { address: 'month=&from=&to=', period: month('2026-03'), faulty: [] },
  { address: 'month=2025-12', period: month('2025-12'), faulty: [] },
  { address: 'month=2025-13', period: month('2026-03'), faulty: ['month'] },
  {
    address: 'from=2026-02-27&to=2026-03-01&month=2025-12',
    period: days('2026-02-27', '2026-03-01'),
    faulty: [],
  },
  { address: 'from=2026-02-27', period: month('2026-03'), faulty: ['to'] },
  { address: 'from=1926-02-27&to=x', period: month('2026-03'), faulty: ['from', 'to'] },
  { address: 'from=2026-02-30&to=2026-03-01', period: month('2026-03'), faulty: ['from'] },
  { address: 'from=2026-03-02&to=2026-03-01', period: month('2026-03'), faulty: ['to'] },
  { address: 'from=2024-03-02&to=2026-03-01', period: month('2026-03'), faulty: ['to'] },
])('the address "$address" asks for $period', ({ address, period, faulty }) => {
  const read = readPeriod(new URLSearchParams(address), '2026-03');
  expect(read.period).toEqual(period);
  expect(read.faults.map(({ field }) => field)).toEqual(faulty);
});

test.for([
  {
    period: month('2025-12'),
    hours: { from: '2025-12-01T00:00Z', to: '2026-01-01T00:00Z' },
    length: 31,
    words: 'in December 2025',
  },
  {
    period: days('2026-03-01', '2026-03-07'),
    hours: { from: '2026-03-01T00:00Z', to: '2026-03-08T00:00Z' },
    length: 7,
    words: 'from 1 March 2026 to 7 March 2026',
  },
  {
    period: days('2028-02-29', '2028-02-29'),
    hours: { from: '2028-02-29T00:00Z', to: '2028-03-01T00:00Z' },
    length: 1,
    words: 'on 29 February 2028',
  },
])('$words: its hours and days', ({ period, hours, length, words }) => {
  expect(hoursOf(period)).toEqual(hours);
  expect(daysOf(period)).toBe(length);
  expect(describePeriod(period)).toBe(words);
});

test.for([
  { from: '2026-02-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z', words: 'in February 2026' },
  {
    from: '2026-02-01T00:00:00.000Z',
    to: '2026-04-01T00:00:00.000Z',
    words: 'from 1 February 2026 to 31 March 2026',
  },
  { from: '2026-02-02T00:00:00.000Z', to: '2026-02-03T00:00:00.000Z', words: 'on 2 February 2026' },
  {
    from: '2026-02-02T13:00:00.000Z',
    to: '2026-02-03T00:00:00.000Z',
    words: 'from 2 February 2026, 13:00 to 3 February 2026, 00:00',
  },
])('$from to $to is $words', ({ from, to, words }) => {
  expect(describeHours({ from, to })).toBe(words);
});
