import { type Logger } from 'pino';
import { type ThrottleMetrics } from '../metrics.ts';
import { type BreakerState } from './breaker.ts';

const states: readonly BreakerState[] = ['closed', 'half-open', 'open'];

/** Gives what counts the states of the breaker and leaves one line for each outage and one for each recovery. */
export function watchOutages(
  metrics: ThrottleMetrics,
  log: Logger,
  processes: () => number,
): (state: BreakerState, cause: unknown) => void {
  const show = (current: BreakerState) => {
    for (const state of states) metrics.breaker.set({ state }, state === current ? 1 : 0);
  };
  let awaySinceMs: number | null = null;
  show('closed');
  return (state, cause) => {
    show(state);
    if (state === 'open' && awaySinceMs === null) {
      awaySinceMs = performance.now();
      metrics.outages.inc();
      log.warn(
        { err: cause, processes: processes() },
        'redis away: limits are counted in each process alone',
      );
    }
    if (state === 'closed' && awaySinceMs !== null) {
      const awayMs = Math.round(performance.now() - awaySinceMs);
      awaySinceMs = null;
      log.info({ awayMs, processes: processes() }, 'redis back: limits are counted together again');
    }
  };
}
