import { type Logger } from 'pino';
import { type ThrottleMetrics } from '../metrics.ts';
import { type BreakerState } from './breaker.ts';

const states: readonly BreakerState[] = ['closed', 'half-open', 'open'];

/** What outages are told to, and what is told with them. */
export type OutageWatch = {
  readonly metrics: Pick<ThrottleMetrics, 'breaker' | 'outages'>;
  readonly log: Logger;
  readonly processes: () => number;
  readonly connectionFault: () => string | undefined;
};

/** Gives what counts the states of the breaker and leaves one line for each outage and one for each recovery. */
export function watchOutages({
  metrics,
  log,
  processes,
  connectionFault,
}: OutageWatch): (state: BreakerState, cause: unknown) => void {
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
      // The message alone: errors of ioredis carry the command, hence a whole batch, or the password.
      const reason = cause instanceof Error ? cause.message : String(cause);
      const fields = { reason, connectionFault: connectionFault(), processes: processes() };
      log.warn(fields, 'redis away: limits are counted in each process alone');
    }
    if (state === 'closed' && awaySinceMs !== null) {
      const awayMs = Math.round(performance.now() - awaySinceMs);
      awaySinceMs = null;
      log.info({ awayMs, processes: processes() }, 'redis back: limits are counted together again');
    }
  };
}
