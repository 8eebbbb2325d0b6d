import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type AdminMetrics = ReturnType<typeof createAdminMetrics>;

/** Everything the operator API measures. */
export function createAdminMetrics(registry: Registry) {
  return {
    unpublished: new Gauge({
      name: 'ssp_authz_changes_unpublished',
      help: 'Changes of the rules and the directory that the audit has not been told of',
      registers: [registry],
    }),
    published: new Counter({
      name: 'ssp_authz_changes_published_total',
      help: 'Changes of which the audit has been told',
      registers: [registry],
    }),
    answerSeconds: new Histogram({
      name: 'ssp_authz_admin_answer_seconds',
      help: 'Time to answer an operator, by route and status',
      labelNames: ['route', 'status'] as const,
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers: [registry],
    }),
  };
}
