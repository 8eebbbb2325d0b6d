import { Backlog } from '@ssp/kafka';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type AggregatorMetrics = ReturnType<typeof aggregatorMetrics>;

/** Everything the aggregator counts. */
export function aggregatorMetrics(registry: Registry) {
  const registers = [registry];
  const backlog = new Backlog();
  return {
    /** What is in Kafka and not yet counted, to be told of both; its gauges say the rest. */
    backlog,
    ...backlogGauges(backlog, registers),
    events: new Counter({
      name: 'ssp_billing_events_total',
      help: 'Events applied, by what they came to: counted, other (no end of an exchange), duplicate or quarantined',
      labelNames: ['result'] as const,
      registers,
    }),
    batchSeconds: new Histogram({
      name: 'ssp_billing_batch_seconds',
      help: 'From receiving a batch to its commit',
      buckets: [0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2, 5],
      registers,
    }),
    exchanges: new Counter({
      name: 'ssp_billing_exchanges_total',
      help: 'Exchanges counted, by outcome, and by whether their supplier is paid for them',
      labelNames: ['outcome', 'billable'] as const,
      registers,
    }),
    late: new Counter({
      name: 'ssp_billing_late_exchanges_total',
      help: 'Exchanges counted more than an hour after they ended',
      registers,
    }),
    ledgerMonths: new Gauge({
      name: 'ssp_billing_ledger_months',
      help: 'Months whose exchanges are recognised when they come again, those made ahead among them',
      registers,
    }),
  };
}

/** Computed when they are asked for, so that an age grows also while nothing is counted. */
function backlogGauges(backlog: Backlog, registers: Registry[]) {
  return {
    oldestUncounted: new Gauge({
      name: 'ssp_billing_oldest_uncounted_seconds',
      help: 'How long the oldest event that is in Kafka and not counted has been there; 0 where all is counted',
      registers,
      collect() {
        this.set(backlog.oldestMs(Date.now()) / 1_000);
      },
    }),
    lag: new Gauge({
      name: 'ssp_billing_lag_events',
      help: 'Events of a partition that are in Kafka and not counted, whichever aggregator it belongs to',
      labelNames: ['partition'] as const,
      registers,
      collect() {
        for (const { partition, events } of backlog.partitions()) this.set({ partition }, events);
      },
    }),
  };
}

export type QueryMetrics = ReturnType<typeof queryMetrics>;

/** Everything the query API counts. */
export function queryMetrics(registry: Registry) {
  return {
    answerSeconds: new Histogram({
      name: 'ssp_billing_query_seconds',
      help: 'Time to answer a query, by path and status',
      labelNames: ['path', 'status'] as const,
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers: [registry],
    }),
  };
}

export type DeedMetrics = ReturnType<typeof deedMetrics>;

/** What is counted of the deeds that the audit is told of. */
export function deedMetrics(registry: Registry) {
  return {
    unpublished: new Gauge({
      name: 'ssp_billing_untold_deeds',
      help: 'Tariff loads, closings and adjustments that the audit has not been told of yet',
      registers: [registry],
    }),
    published: new Counter({
      name: 'ssp_billing_told_deeds_total',
      help: 'Tariff loads, closings and adjustments that the audit was told of',
      registers: [registry],
    }),
  };
}

export type ReconcileMetrics = ReturnType<typeof reconcileMetrics>;

/** What holding billing against the audit comes to; the same from every copy. */
export function reconcileMetrics(registry: Registry) {
  const registers = [registry];
  return {
    unreconciled: new Gauge({
      name: 'ssp_billing_unreconciled_hours',
      help: 'Hours of the last 40 days that do not balance, or wait to be reconciled though they are ripe',
      registers,
    }),
    differences: new Gauge({
      name: 'ssp_billing_differences',
      help: 'Differences between billing, the audit and the edges in those days',
      registers,
    }),
    age: new Gauge({
      name: 'ssp_billing_unreconciled_age_seconds',
      help: 'For how long the oldest of those hours has been ripe, its own length among it; 0 where there is none',
      registers,
    }),
  };
}

export type RollerMetrics = ReturnType<typeof rollerMetrics>;

/** What whoever sums usage up has done, and what waits for it; what waits is the same from every copy. */
export function rollerMetrics(registry: Registry) {
  const registers = [registry];
  let wentThroughMs = Date.now();
  return {
    summed: new Counter({
      name: 'ssp_billing_summed_periods_total',
      help: 'Hours, days and months that this process has summed up, those that had changed since among them',
      labelNames: ['grain'] as const,
      registers,
    }),
    failures: new Counter({
      name: 'ssp_billing_summing_failures_total',
      help: 'How often this process could not sum usage up; it tries again after a minute',
      registers,
    }),
    unsummed: new Gauge({
      name: 'ssp_billing_unsummed_hours',
      help: 'Hours that have ended and are not summed up, or have changed since, whichever copy should do it',
      registers,
    }),
    unsummedAge: new Gauge({
      name: 'ssp_billing_unsummed_age_seconds',
      help: 'For how long the first of those hours has waited; 0 where there is none',
      registers,
    }),
    /** Computed when it is asked for, so that it grows also while nothing comes to an end. */
    age: new Gauge({
      name: 'ssp_billing_summing_age_seconds',
      help: 'Since this process last went without failure through what is to be summed up',
      registers,
      collect() {
        this.set((Date.now() - wentThroughMs) / 1_000);
      },
    }),
    wentThrough: (now: Date) => {
      wentThroughMs = now.getTime();
    },
  };
}
