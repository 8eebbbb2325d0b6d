import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type AdminMetrics = ReturnType<typeof createAdminMetrics>;

/** Everything that throttle's operator API measures. */
export function createAdminMetrics(registry: Registry) {
  const registers = [registry];
  return {
    unpublished: new Gauge({
      name: 'ssp_throttle_limits_unpublished',
      help: 'Versions of the limits that the audit has not been told of',
      registers,
    }),
    published: new Counter({
      name: 'ssp_throttle_limits_published_total',
      help: 'Versions of the limits of which the audit has been told',
      registers,
    }),
    answerSeconds: new Histogram({
      name: 'ssp_throttle_admin_answer_seconds',
      help: 'Time to answer an operator, by route and status',
      labelNames: ['route', 'status'] as const,
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
  };
}
