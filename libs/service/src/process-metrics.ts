import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { collectDefaultMetrics, Gauge } from 'prom-client';
import { type HealthReport, isHolding } from './health.ts';
import { type Service } from './service.ts';

/** Adds the process's own figures to its metrics: CPU, memory, event loop, handles, and whether it is ready. */
export function addProcessMetrics({ metrics, health }: Pick<Service, 'metrics' | 'health'>): void {
  collectDefaultMetrics({ register: metrics });
  let looked = performance.eventLoopUtilization();
  const utilisation = new Gauge({
    name: 'ssp_event_loop_utilisation',
    help: 'Part of the time since the last look at these metrics in which the event loop was busy, 0 to 1',
    registers: [],
    collect() {
      const now = performance.eventLoopUtilization();
      this.set(performance.eventLoopUtilization(now, looked).utilization);
      looked = now;
    },
  });
  const heapLimit = new Gauge({
    name: 'ssp_heap_limit_bytes',
    help: 'Size of the heap at which the process would end',
    registers: [],
    collect() {
      this.set(getHeapStatistics().heap_size_limit);
    },
  });
  // Both gauges of a look share one report: checks ask databases.
  let reporting: Promise<HealthReport> | undefined;
  const report = () => {
    reporting ??= health.report().finally(() => (reporting = undefined));
    return reporting;
  };
  const ready = new Gauge({
    name: 'ssp_ready',
    help: 'One while the process is ready, as /readyz says',
    registers: [],
    async collect() {
      this.set((await report()).ready ? 1 : 0);
    },
  });
  const checks = new Gauge({
    name: 'ssp_check_holds',
    help: 'One where a condition of readiness holds, zero where it does not',
    labelNames: ['check'] as const,
    registers: [],
    async collect() {
      for (const [check, text] of Object.entries((await report()).checks))
        this.set({ check }, isHolding(text) ? 1 : 0);
    },
  });
  for (const gauge of [utilisation, heapLimit, ready]) metrics.registerMetric(gauge);
  metrics.registerMetric(checks);
}
