import { afterEach, expect, test, vi } from 'vitest';
import { fewEachMinute } from './few-each-minute.ts';

afterEach(() => vi.useRealTimers());

test('so many of a minute, and as many of the next', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-01T12:00:30Z') });
  const mayTell = fewEachMinute(2);
  const three = () => [mayTell(), mayTell(), mayTell()];
  expect(three()).toEqual([true, true, false]);
  vi.setSystemTime(Date.parse('2026-03-01T12:00:59Z'));
  expect(mayTell()).toBe(false);
  vi.setSystemTime(Date.parse('2026-03-01T12:01:00Z'));
  expect(three()).toEqual([true, true, false]);
});
