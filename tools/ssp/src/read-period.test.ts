import { expect, test } from 'vitest';
import { readMoment } from './read-period.ts';

const nowMs = Date.parse('2026-03-08T12:00:00Z');

test.for([
  { text: '7d', moment: '2026-03-01T12:00:00.000Z' },
  { text: '12h', moment: '2026-03-08T00:00:00.000Z' },
  { text: '30m', moment: '2026-03-08T11:30:00.000Z' },
  { text: '1w', moment: '2026-03-01T12:00:00.000Z' },
  { text: '2026-03-01', moment: '2026-03-01T00:00:00.000Z' },
  { text: '2026-03-01T12:00:00+01:00', moment: '2026-03-01T11:00:00.000Z' },
])('$text is $moment', ({ text, moment }) => {
  expect(readMoment(text, nowMs).toISOString()).toBe(moment);
});

test.for(['', '7', 'd', '7y', 'yesterday', '2026-13-01'])('"%s" is told to be no time', (text) => {
  expect(() => readMoment(text, nowMs)).toThrow('is no time: give 7d');
});
