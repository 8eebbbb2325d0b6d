import { type Counters, type CounterBatch, type Taken } from '../counting/counters.ts';
import { type ThrottleMetrics } from '../metrics.ts';
import { answerWithin } from './answer-within.ts';
import { type Breaker } from './breaker.ts';
import { failureReason } from './failure-reason.ts';

/** What counts together, what counts alone, and who decides between them. */
export type SharedOrLocal = {
  readonly shared: Counters;
  /** Must answer without waiting for anything. */
  readonly local: Counters;
  readonly breaker: Breaker;
  /** Longest wait for the shared ones. */
  readonly timeoutMs: number;
  readonly metrics: ThrottleMetrics;
};

/**
 * Asks the shared counters while they answer, else the local ones; every batch is answered within `timeoutMs` and the work
 * itself. An answer that comes later is dropped; what it counted stays counted in Redis, beside the local count of the same asks.
 */
export function sharedOrLocal({ shared, local, breaker, timeoutMs, metrics }: SharedOrLocal): Counters {
  return {
    take: async (batch: CounterBatch): Promise<readonly Taken[]> => {
      const attempt = breaker.attempt();
      if (attempt !== null) {
        const startedMs = performance.now();
        try {
          const taken = await answerWithin(shared.take(batch), timeoutMs);
          breaker.succeeded(attempt);
          metrics.batches.inc({ counters: 'shared' });
          return taken;
        } catch (cause) {
          breaker.failed(attempt, cause);
          metrics.redisFailures.inc({ reason: failureReason(cause) });
        } finally {
          metrics.redisSeconds.observe((performance.now() - startedMs) / 1_000);
        }
      }
      metrics.batches.inc({ counters: 'local' });
      return local.take(batch);
    },
  };
}
