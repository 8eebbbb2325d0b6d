import { setTimeout as pause } from 'node:timers/promises';

const tickMs = 5;

/**
 * A clock for promises of time: it counts the milliseconds in which this process, and whatever `beat` asks, could have worked. A machine
 * that has much else to do, or stands still, holds up the clock as well as what is timed by it; on an idle one it goes like any other.
 */
export function startOwnTime(
  resources: AsyncDisposableStack,
  beat: () => Promise<unknown> = async () => undefined,
): () => number {
  const stopping = new AbortController();
  let ownMs = 0;
  const count = async () => {
    while (!stopping.signal.aborted) {
      const startedMs = performance.now();
      await Promise.all([beat().catch(() => undefined), pause(tickMs)]);
      // Whoever needs longer for so little was held up.
      ownMs += Math.min(performance.now() - startedMs, 2 * tickMs);
    }
  };
  const counting = count();
  resources.defer(async () => {
    stopping.abort();
    await counting;
  });
  return () => ownMs;
}
