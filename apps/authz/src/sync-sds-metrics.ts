import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type SyncSdsMetrics = ReturnType<typeof createSyncSdsMetrics>;

/** Everything the directory's loader measures; `ageSeconds` tells the time since the last good load. */
export function createSyncSdsMetrics(registry: Registry, ageSeconds: () => number) {
  const registers = [registry];
  return {
    loads: new Counter({
      name: 'ssp_sds_loads_total',
      help: 'Loads of the directory by result',
      labelNames: ['result'] as const,
      registers,
    }),
    seconds: new Histogram({
      name: 'ssp_sds_load_seconds',
      help: 'How long a load of the directory took',
      buckets: [0.1, 0.5, 1, 2, 5, 10, 20, 40, 80, 160],
      registers,
    }),
    rows: new Gauge({
      name: 'ssp_sds_rows',
      help: 'Rows of the last good load by kind',
      labelNames: ['kind'] as const,
      registers,
    }),
    setAside: new Gauge({
      name: 'ssp_sds_set_aside',
      help: 'Entries of the last good load that make no sense, by reason',
      labelNames: ['reason'] as const,
      registers,
    }),
    age: new Gauge({
      name: 'ssp_sds_directory_age_seconds',
      help: 'Time since the last good load of the directory by this process',
      registers,
      collect() {
        this.set(ageSeconds());
      },
    }),
  };
}
