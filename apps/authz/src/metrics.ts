import { batchSizeMax } from '@ssp/contracts';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type AuthzMetrics = ReturnType<typeof createAuthzMetrics>;

/** Everything the decision service measures. */
export function createAuthzMetrics(registry: Registry) {
  const registers = [registry];
  return {
    decisions: new Counter({
      name: 'ssp_authz_decisions_total',
      help: 'Answers by outcome: allow, a refusal, unreadable, or failed by a fault of ours',
      labelNames: ['outcome'] as const,
      registers,
    }),
    batchSize: new Histogram({
      name: 'ssp_authz_batch_size',
      help: 'Asks per call',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, batchSizeMax],
      registers,
    }),
    batchSeconds: new Histogram({
      name: 'ssp_authz_batch_seconds',
      help: 'Time to decide the asks of a call',
      buckets: [0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05],
      registers,
    }),
    refreshes: new Counter({
      name: 'ssp_authz_snapshot_refreshes_total',
      help: 'Looks at the rules by result: current, updated by what changed, loaded whole, or failed',
      labelNames: ['result'] as const,
      registers,
    }),
    loadSeconds: new Histogram({
      name: 'ssp_authz_snapshot_load_seconds',
      help: 'How long it took to load the snapshot whole, or to update it by what changed',
      labelNames: ['how'] as const,
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 20],
      registers,
    }),
    inForceSeconds: new Histogram({
      name: 'ssp_authz_change_in_force_seconds',
      help: "From the first row that a change wrote to its being in force in this process, by the database's clock",
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 60],
      registers,
    }),
    rows: new Gauge({
      name: 'ssp_authz_snapshot_rows',
      help: 'Rows of the snapshot by kind; repeated: parties with several registrations of one interaction',
      labelNames: ['kind'] as const,
      registers,
    }),
    rulesVersion: new Gauge({
      name: 'ssp_authz_rules_version',
      help: 'Version of the rules in force in this process',
      registers,
    }),
  };
}

/** Adds whether decisions rest on rules that cannot be checked. */
export function addDegradedMetric(registry: Registry, isDegraded: () => boolean): void {
  const degraded = new Gauge({
    name: 'ssp_authz_degraded',
    help: '1 while the rules cannot be read from the database and decisions rest on those in memory',
    registers: [],
    collect() {
      this.set(isDegraded() ? 1 : 0);
    },
  });
  registry.registerMetric(degraded);
}

export type Ages = { readonly snapshotMs: number; readonly directoryMs: number };

/** Adds the ages, read when they are asked for; not a number where there is nothing to have one. */
export function addAgeMetrics(registry: Registry, ages: () => Ages | null): void {
  const snapshotAge = new Gauge({
    name: 'ssp_authz_snapshot_age_seconds',
    help: 'Time since the snapshot was last known to be the rules in force',
    registers: [],
    collect() {
      this.set((ages()?.snapshotMs ?? Number.NaN) / 1_000);
    },
  });
  const directoryAge = new Gauge({
    name: 'ssp_authz_directory_age_seconds',
    help: 'Time since the directory was last loaded into the database',
    registers: [],
    collect() {
      this.set((ages()?.directoryMs ?? Number.NaN) / 1_000);
    },
  });
  registry.registerMetric(snapshotAge);
  registry.registerMetric(directoryAge);
}
