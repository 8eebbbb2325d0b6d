import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 50;

/** Repeats a check until it passes; rejects with its last failure after `timeoutMs`, or as soon as `gaveUp` does. */
export async function waitUntilReady(
  check: () => Promise<void>,
  limits: { readonly timeoutMs: number; readonly gaveUp?: Promise<never> },
): Promise<void> {
  const deadlineMs = performance.now() + limits.timeoutMs;
  let gaveUp = false;
  limits.gaveUp?.catch(() => {
    gaveUp = true;
  });
  const attempt = async (): Promise<void> => {
    for (;;) {
      try {
        return await check();
      } catch (error) {
        if (gaveUp || performance.now() > deadlineMs) throw error;
      }
      await delay(pollMs);
    }
  };
  // A check that hangs must not outlive the deadline by more than its own patience, so checks carry timeouts.
  await (limits.gaveUp === undefined ? attempt() : Promise.race([attempt(), limits.gaveUp]));
}
