import { expect, test, vi } from 'vitest';
import { WakeUp } from './wake-up.ts';

/** Whether the sleeper wakes without any time passing. */
async function wakesAtOnce(wakeUp: WakeUp): Promise<boolean> {
  let awake = false;
  const sleep = async () => {
    await wakeUp.wait();
    awake = true;
  };
  void sleep();
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  return awake;
}

test('what is asked before the wait is not missed', async () => {
  const wakeUp = new WakeUp(60_000);
  wakeUp.now();
  expect(await wakesAtOnce(wakeUp)).toBe(true);
});

test('asking for soon wakes nobody at once, but after the linger time', async () => {
  const wakeUp = new WakeUp(5);
  wakeUp.soon();
  expect(await wakesAtOnce(wakeUp)).toBe(false);
  await vi.waitFor(async () => expect(await wakesAtOnce(wakeUp)).toBe(true));
});

test('a reset forgets what was asked', async () => {
  const wakeUp = new WakeUp(60_000);
  wakeUp.now();
  wakeUp.reset();
  expect(await wakesAtOnce(wakeUp)).toBe(false);
});
