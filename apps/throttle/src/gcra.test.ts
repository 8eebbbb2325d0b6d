import { expect, test } from 'vitest';
import { admit, type Bucket } from './gcra.ts';

const nowUs = 1_000_000;
const wide = { limit: { intervalUs: 10, burst: 100 }, tatUs: 0 };
const narrow = (tatUs: number): Bucket => ({ limit: { intervalUs: 100, burst: 3 }, tatUs });

test.for([
  { state: 'never used', tatUs: 0, expected: { admitted: true, remaining: 2, resetUs: 100 } },
  { state: 'full', tatUs: nowUs, expected: { admitted: true, remaining: 2, resetUs: 100 } },
  { state: 'a little used', tatUs: nowUs + 1, expected: { admitted: true, remaining: 1, resetUs: 101 } },
  { state: 'left with one', tatUs: nowUs + 200, expected: { admitted: true, remaining: 0, resetUs: 300 } },
  {
    state: 'one microsecond short',
    tatUs: nowUs + 201,
    expected: { admitted: false, resetUs: 201, retryAfterUs: 1 },
  },
  { state: 'empty', tatUs: nowUs + 300, expected: { admitted: false, resetUs: 300, retryAfterUs: 100 } },
  {
    state: 'from before the clock was set back',
    tatUs: nowUs + 3_600_000_000,
    expected: { admitted: false, resetUs: 300, retryAfterUs: 100 },
  },
])('a bucket that is $state answers $expected', ({ tatUs, expected }) => {
  expect(admit([narrow(tatUs)], nowUs)).toMatchObject(expected);
});

test('a caller that waits exactly as told is admitted', () => {
  const refused = admit([narrow(nowUs + 250)], nowUs);
  const retryAfterUs = refused.admitted ? Number.NaN : refused.retryAfterUs;
  expect(admit([narrow(nowUs + 250)], nowUs + retryAfterUs - 1).admitted).toBe(false);
  expect(admit([narrow(nowUs + 250)], nowUs + retryAfterUs).admitted).toBe(true);
});

test('the bucket with the least left speaks for an admission', () => {
  expect(admit([wide, narrow(0), wide], nowUs)).toMatchObject({
    bucket: 1,
    remaining: 2,
    nextTatUs: [nowUs + 10, nowUs + 100, nowUs + 10],
  });
});

test('the first bucket without room speaks for a refusal, and the longest wait counts', () => {
  expect(admit([wide, narrow(nowUs + 210), narrow(nowUs + 290)], nowUs)).toEqual({
    admitted: false,
    bucket: 1,
    resetUs: 210,
    retryAfterUs: 90,
  });
});

test('over a long time no more is admitted than burst and rate allow', () => {
  let tatUs = 0;
  let admitted = 0;
  const seconds = 10;
  const limit = { intervalUs: 1_000, burst: 50 };
  for (let atUs = nowUs; atUs < nowUs + seconds * 1_000_000; atUs += 97) {
    const admission = admit([{ limit, tatUs }], atUs);
    if (!admission.admitted) continue;
    admitted += 1;
    tatUs = admission.nextTatUs[0] ?? 0;
  }
  expect(admitted).toBe(50 + seconds * 1_000 - 1);
});
