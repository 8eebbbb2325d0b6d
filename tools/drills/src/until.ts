import { setTimeout as sleep } from 'node:timers/promises';
import { Unexpected } from './ends.ts';

const everyMs = 100;
/** So long only where something is broken. */
const patienceMs = 180_000;

/** Resolves once it holds. @throws Unexpected with `what` when it does not come to hold */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = patienceMs,
): Promise<void> {
  const beganMs = performance.now();
  while (!(await holds())) {
    if (performance.now() - beganMs > withinMs)
      throw new Unexpected(`${what}: not within ${withinMs / 1_000} s`);
    await sleep(everyMs);
  }
}
