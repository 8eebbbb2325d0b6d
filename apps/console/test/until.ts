import { setTimeout as delay } from 'node:timers/promises';

const givenUpAfterMs = 120_000;

/** Resolves once `holds` is true of the world. Rejects where that is not so after minutes; `what` says what did not come. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + givenUpAfterMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`${what} did not come within ${givenUpAfterMs} ms`);
    await delay(100);
  }
}
