import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type ThrottleMetrics = ReturnType<typeof throttleMetrics>;

/** Everything that throttle counts. */
export function throttleMetrics(registry: Registry) {
  const registers = [registry];
  return {
    asks: new Counter({
      name: 'ssp_throttle_asks_total',
      help: 'Asks by answer (admit, refuse, unreadable, unavailable), refusals by the scope of the limit, and by counters (shared, local)',
      labelNames: ['answer', 'scope', 'counters'] as const,
      registers,
    }),
    shadowRefusals: new Counter({
      name: 'ssp_throttle_shadow_refusals_total',
      help: 'Asks for which a limit in shadow mode had no room, by its rule; they were not refused for that',
      labelNames: ['rule'] as const,
      registers,
    }),
    refusalsNotKept: new Counter({
      name: 'ssp_throttle_refusals_not_kept_total',
      help: 'Refusals that consumers will not find among their last ones, as Redis did not take them',
      registers,
    }),
    batchAsks: new Histogram({
      name: 'ssp_throttle_batch_asks',
      help: 'Asks that came in one call',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
      registers,
    }),
    batches: new Counter({
      name: 'ssp_throttle_batches_total',
      help: 'Batches by the counters that decided them: shared in Redis, or local to this process while Redis is away',
      labelNames: ['counters'] as const,
      registers,
    }),
    redisFailures: new Counter({
      name: 'ssp_throttle_redis_failures_total',
      help: 'Batches that Redis did not count, by reason (timeout, error-reply, connection); they were decided locally',
      labelNames: ['reason'] as const,
      registers,
    }),
    breaker: new Gauge({
      name: 'ssp_throttle_breaker_state',
      help: '1 for the state that holds: closed (every batch asks Redis), open (none does), half-open (one tries)',
      labelNames: ['state'] as const,
      registers,
    }),
    outages: new Counter({
      name: 'ssp_throttle_redis_outages_total',
      help: 'Times that Redis went away and the breaker opened',
      registers,
    }),
    processes: new Gauge({
      name: 'ssp_throttle_processes',
      help: 'Processes that count together as last known, or THROTTLE_PROCESSES_MIN; local limits are divided by it',
      registers,
    }),
    redisSeconds: new Histogram({
      name: 'ssp_throttle_redis_seconds',
      help: 'Time that a batch waited for Redis, failures included',
      buckets: [0.000_25, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1],
      registers,
    }),
  };
}

export type LimitsMetrics = ReturnType<typeof limitsMetrics>;

/** What is known of the limits that throttle has. */
export function limitsMetrics(registry: Registry) {
  const registers = [registry];
  return {
    version: new Gauge({
      name: 'ssp_throttle_limits_version',
      help: 'Version of the limits in force; 0 for those of a file or the defaults',
      registers,
    }),
    unreadable: new Counter({
      name: 'ssp_throttle_limits_unreadable_total',
      help: 'Versions of the limits that could not be read, so that older ones stayed in force',
      registers,
    }),
  };
}
