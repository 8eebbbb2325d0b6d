import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { type DirectoryCounts } from './count-directory.ts';
import { setAsideReasons } from './directory.ts';

/** Everything the directory's loader measures; `ageSeconds` tells the time since the tables were last known to equal the directory. */
export function createSyncSdsMetrics(registry: Registry, ageSeconds: () => number) {
  const registers = [registry];
  const measures = {
    loads: new Counter({
      name: 'ssp_sds_loads_total',
      help: 'Loads of the directory by how much they read, and by result',
      labelNames: ['pass', 'result'] as const,
      registers,
    }),
    seconds: new Histogram({
      name: 'ssp_sds_load_seconds',
      help: 'How long a load of the directory took, by how much it read',
      labelNames: ['pass'] as const,
      buckets: [0.1, 0.5, 1, 2, 5, 10, 20, 40, 80, 160],
      registers,
    }),
    rows: new Gauge({
      name: 'ssp_sds_rows',
      help: 'Rows held of the directory by kind',
      labelNames: ['kind'] as const,
      registers,
    }),
    setAside: new Gauge({
      name: 'ssp_sds_set_aside',
      help: 'Entries of the directory that make no sense, by reason',
      labelNames: ['reason'] as const,
      registers,
    }),
    registeredTwice: new Gauge({
      name: 'ssp_sds_registered_twice',
      help: 'Interactions that a party has registered more than once; any of the registrations may match',
      registers,
    }),
    age: new Gauge({
      name: 'ssp_sds_directory_age_seconds',
      help: 'Time since this process last knew the tables to equal the directory',
      registers,
      collect() {
        this.set(ageSeconds());
      },
    }),
  };
  return {
    ...measures,
    setCounts: ({ rows, setAside, registeredTwice }: DirectoryCounts): void => {
      for (const [kind, count] of Object.entries(rows)) measures.rows.set({ kind }, count);
      for (const reason of setAsideReasons) measures.setAside.set({ reason }, setAside[reason] ?? 0);
      measures.registeredTwice.set(registeredTwice);
    },
  };
}
