import { Counter, Histogram, type Registry } from 'prom-client';

export type ThrottleMetrics = ReturnType<typeof throttleMetrics>;

/** Everything that throttle counts. */
export function throttleMetrics(registry: Registry) {
  const registers = [registry];
  return {
    asks: new Counter({
      name: 'ssp_throttle_asks_total',
      help: 'Asks by answer (admit, refuse, unreadable, unavailable), refusals by the scope of the limit',
      labelNames: ['answer', 'scope'] as const,
      registers,
    }),
    batchAsks: new Histogram({
      name: 'ssp_throttle_batch_asks',
      help: 'Asks that came in one call',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
      registers,
    }),
    redisSeconds: new Histogram({
      name: 'ssp_throttle_redis_seconds',
      help: 'Time that Redis took for one batch, failures included',
      buckets: [0.000_25, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1],
      registers,
    }),
  };
}
