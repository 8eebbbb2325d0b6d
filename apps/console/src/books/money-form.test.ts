import { expect, test } from 'vitest';
import { formatPounds } from './money-form.ts';

test.for([
  { pounds: '0.00', expected: '£0.00' },
  { pounds: '999.10', expected: '£999.10' },
  { pounds: '1234567.05', expected: '£1,234,567.05' },
  { pounds: '-1000.00', expected: '−£1,000.00' },
  { pounds: '0.012345', expected: '£0.012345' },
  { pounds: '999999999999999.99', expected: '£999,999,999,999,999.99' },
])('$pounds pounds are $expected', ({ pounds, expected }) => {
  expect(formatPounds(pounds)).toBe(expected);
});
