import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withProgress } from './with-progress.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => vi.useRealTimers());

test('long work says every five seconds that it goes on, and nothing once it has ended', async () => {
  const lines: string[] = [];
  const end = Promise.withResolvers<string>();
  const working = withProgress(
    'Downloading',
    (line) => lines.push(line),
    () => end.promise,
  );
  vi.advanceTimersByTime(11_000);
  end.resolve('done');
  expect(await working).toBe('done');
  vi.advanceTimersByTime(60_000);
  expect(lines).toEqual(['Downloading ...', 'Downloading ... 5 s', 'Downloading ... 10 s']);
});
