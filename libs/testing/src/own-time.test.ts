import { expect, test } from 'vitest';
import { startOwnTime } from './own-time.ts';

/** Keeps this process from everything else for so long. */
function block(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

test('it goes on while there is nothing to do, and never faster than other clocks', async () => {
  await using resources = new AsyncDisposableStack();
  const startedMs = performance.now();
  const ownMs = startOwnTime(resources);
  await expect.poll(ownMs, { interval: 5 }).toBeGreaterThan(100);
  expect(ownMs()).toBeLessThanOrEqual(performance.now() - startedMs);
});

test('what holds up this process, or what is asked, holds it up too', async () => {
  await using resources = new AsyncDisposableStack();
  const answer = Promise.withResolvers<void>();
  const startedMs = performance.now();
  const [own, asking] = [startOwnTime(resources), startOwnTime(resources, () => answer.promise)];
  block(500);
  await expect.poll(own, { interval: 5 }).toBeGreaterThan(0);
  expect(performance.now() - startedMs - own()).toBeGreaterThan(400);
  expect(asking()).toBe(0);
  answer.resolve();
  await expect.poll(asking, { interval: 5 }).toBeGreaterThan(0);
});
