import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { keepPace } from './keep-pace.ts';

const never = new AbortController().signal;

test('as many are begun as the pace has, and all have ended at its end', async () => {
  let ended = 0;
  const paced = await keepPace(
    { perSecond: 500, seconds: 0.1, underWayMax: 1_000 },
    async () => {
      await delay(20);
      ended += 1;
    },
    never,
  );
  expect(paced.begun).toBe(50);
  expect(paced.heldBack).toBe(0);
  expect(ended).toBe(50);
});

test('what waits holds up nobody, and beyond the bound none is begun', async () => {
  const release = Promise.withResolvers<void>();
  const works = vi.fn<() => Promise<void>>(() => release.promise);
  const running = keepPace({ perSecond: 1_000, seconds: 0.05, underWayMax: 7 }, works, never);
  await vi.waitUntil(() => works.mock.calls.length === 7);
  // The rest of the pace passes while none of them ends.
  await delay(200);
  release.resolve();
  expect(await running).toEqual({ begun: 7, heldBack: 43, underWayMost: 7 });
});

test('an interruption begins no more, and waits for what is under way', async () => {
  const stop = new AbortController();
  let ended = 0;
  const paced = await keepPace(
    { perSecond: 10, seconds: 3_600, underWayMax: 10 },
    async () => {
      stop.abort();
      await delay(10);
      ended += 1;
    },
    stop.signal,
  );
  expect(paced.begun).toBe(1);
  expect(ended).toBe(1);
});
