import { expect, test } from 'vitest';
import { authzText } from './authz-text.ts';

test('ratios are taken within a turn, updates are told by kind', () => {
  const timed = { ms: 2_000, stallMs: 40 };
  const text = authzText(
    {
      snapshot: {
        counts: { systems: 48_000, handlers: 208_000 },
        heapBytes: 80e6,
        rssBytes: 160e6,
        first: timed,
        again: timed,
        updates: [
          { what: '1 rule', ms: 5, stallMs: 1 },
          { what: '1 rule', ms: 9, stallMs: 1 },
          { what: '1 rule', ms: 6, stallMs: 2 },
        ],
        decideUs: 2.345,
      },
      turns: [
        { asksEach: 8, authzUs: 20, constantUs: 5 },
        { asksEach: 8, authzUs: 40, constantUs: 20 },
        { asksEach: 8, authzUs: 21, constantUs: 7 },
      ],
    },
    '2 cores',
    new Date('2026-01-02T00:00:00Z'),
  );
  expect(text).toMatch(/\| updated by 1 rule +\| +6 ms \| +9 ms \| +1 ms \|/);
  expect(text).toMatch(/\| 8 +\| 21.0 \(20.0 to 40.0\) +\| +7.0 \(5.0 to 20.0\) +\| +3.0 \(2.0 to 4.0\) \|/);
  expect(text).toContain('**2.3** for');
});
