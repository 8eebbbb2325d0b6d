import { type Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';

/** Shows how much of a pool is used, and who waits for it; looked at when they are asked for. */
export function showPool(pool: Pool, size: number, registry: Registry): void {
  const connections = new Gauge({
    name: 'ssp_postgres_pool_connections',
    help: 'Connections to Postgres that are in use, rest, or may still be opened',
    labelNames: ['state'] as const,
    registers: [],
    collect() {
      this.set({ state: 'used' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'resting' }, pool.idleCount);
      this.set({ state: 'unopened' }, Math.max(0, size - pool.totalCount));
    },
  });
  const waiting = new Gauge({
    name: 'ssp_postgres_pool_waiting',
    help: 'Queries that wait for a connection to Postgres',
    registers: [],
    collect() {
      this.set(pool.waitingCount);
    },
  });
  registry.registerMetric(connections);
  registry.registerMetric(waiting);
}
