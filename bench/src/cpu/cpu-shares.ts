import { cpuTimeUs, readProcesses } from './cpu-time.ts';

/** CPU time in microseconds: of the Node processes that are measured, and of the stores that they use. */
export type CpuShares = { readonly node: number; readonly postgres: number; readonly kafka: number };

/** What each has used since it was started. */
export function readShares(stores: Omit<CpuShares, 'node'>, nodes: readonly number[]): CpuShares {
  const processes = readProcesses();
  return {
    node: nodes.reduce((sum, pid) => sum + cpuTimeUs(processes, pid), 0),
    postgres: cpuTimeUs(processes, stores.postgres),
    kafka: cpuTimeUs(processes, stores.kafka),
  };
}

export function sharesPerEvent(before: CpuShares, after: CpuShares, events: number): CpuShares {
  return {
    node: (after.node - before.node) / events,
    postgres: (after.postgres - before.postgres) / events,
    kafka: (after.kafka - before.kafka) / events,
  };
}
