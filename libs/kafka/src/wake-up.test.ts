import { expect, test } from 'vitest';
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
  const patient = new WakeUp(60_000);
  patient.soon();
  expect(await wakesAtOnce(patient)).toBe(false);
  const wakeUp = new WakeUp(5);
  wakeUp.soon();
  await expect.poll(() => wakesAtOnce(wakeUp)).toBe(true);
});

test('a reset forgets what was asked', async () => {
  const wakeUp = new WakeUp(60_000);
  wakeUp.now();
  wakeUp.reset();
  expect(await wakesAtOnce(wakeUp)).toBe(false);
});
