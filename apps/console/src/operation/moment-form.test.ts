import { expect, test } from 'vitest';
import { formatInstants } from './moment-form.ts';

test.for([
  { text: '2026-03-31T07:52:27.733Z', expected: '31 March 2026 at 07:52:27.733' },
  {
    text: 'from 2026-03-01T00:00:00Z, until 2026-12-31T23:59:59Z',
    expected: 'from 1 March 2026 at 00:00:00, until 31 December 2026 at 23:59:59',
  },
  { text: 'version 2026-03, of SSP0001', expected: 'version 2026-03, of SSP0001' },
])('the instants of “$text” are written for people', ({ text, expected }) => {
  expect(formatInstants(text)).toBe(expected);
});
