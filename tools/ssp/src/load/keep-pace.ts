import { setTimeout as delay } from 'node:timers/promises';

export type Pace = {
  /** Begun each second, evenly. */
  readonly perSecond: number;
  readonly seconds: number;
  /** What would be under way beyond this is not begun, and counted. */
  readonly underWayMax: number;
};

/** How it went with keeping the pace. */
export type Paced = { readonly begun: number; readonly heldBack: number; readonly underWayMost: number };

/**
 * Begins work at a steady pace, whether or not what was begun before has ended: so an answer that is late does not make those behind it look quick.
 * Resolves once all that was begun has ended; `work` must not reject.
 */
export async function keepPace(
  { perSecond, seconds, underWayMax }: Pace,
  work: (number: number) => Promise<void>,
  signal: AbortSignal,
): Promise<Paced> {
  const startMs = performance.now();
  const total = Math.max(1, Math.round(perSecond * seconds));
  const underWay = new Set<Promise<void>>();
  let [begun, heldBack, underWayMost] = [0, 0, 0];
  for (let number = 0; number < total && !signal.aborted; number += 1) {
    const dueMs = startMs + (number / perSecond) * 1_000;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await delay(waitMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    if (underWay.size >= underWayMax) {
      heldBack += 1;
      continue;
    }
    begun += 1;
    const running = work(number).finally(() => underWay.delete(running));
    underWay.add(running);
    underWayMost = Math.max(underWayMost, underWay.size);
  }
  await Promise.all(underWay);
  return { begun, heldBack, underWayMost };
}
