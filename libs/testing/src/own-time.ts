import { setTimeout as pause } from 'node:timers/promises';

/**
 * A clock for promises of time: it counts the milliseconds in which this process, and whatever `beat` asks, could have worked. A machine
 * that has much else to do, or stands still, holds up the clock as well as what is timed by it; on an idle one it goes like any other.
 */
export function startOwnTime(
  resources: AsyncDisposableStack,
  beat: () => Promise<unknown> = async () => undefined,
  /** How often the clock is put forward, and `beat` asked. */
  tickMs = 5,
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
  void count();
  resources.defer(() => stopping.abort());
  return () => ownMs;
}
