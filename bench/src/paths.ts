import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository this file belongs to. */
export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Where the benchmark reads and writes. */
export const benchPaths = {
  card: join(repositoryRoot, '.local/platform.json'),
  work: join(repositoryRoot, '.local/bench'),
  leash: join(repositoryRoot, '.local/bench/leash'),
  platformMain: join(repositoryRoot, 'tools/platform/src/main.ts'),
  forwardingMain: join(repositoryRoot, 'apps/edge/test/forwarding-only.main.ts'),
  clientMain: join(repositoryRoot, 'apps/edge/test/client-cost.main.ts'),
  memoryMain: join(repositoryRoot, 'apps/edge/test/big-bodies.main.ts'),
  slowReadersMain: join(repositoryRoot, 'apps/edge/test/slow-readers.main.ts'),
  snapshotMain: join(repositoryRoot, 'apps/authz/test/snapshot-cost.main.ts'),
  authzMain: join(repositoryRoot, 'apps/authz/src/main.ts'),
  authzMigrateMain: join(repositoryRoot, 'apps/authz/src/migrate.main.ts'),
  adminApiMain: join(repositoryRoot, 'apps/authz/src/admin-api.main.ts'),
  auditMain: join(repositoryRoot, 'apps/audit-writer/src/main.ts'),
  auditMigrateMain: join(repositoryRoot, 'apps/audit-writer/src/migrate.main.ts'),
  billingMain: join(repositoryRoot, 'apps/billing-aggregator/src/main.ts'),
  billingMigrateMain: join(repositoryRoot, 'apps/billing-aggregator/src/migrate.main.ts'),
  queryApiMain: join(repositoryRoot, 'apps/billing-aggregator/src/query-api.main.ts'),
  loadTariffsMain: join(repositoryRoot, 'apps/billing-aggregator/src/load-tariffs.main.ts'),
  closeMonthMain: join(repositoryRoot, 'apps/billing-aggregator/src/close-month.main.ts'),
  tariffs: join(repositoryRoot, 'infra/tariffs.sample.yaml'),
  throttleMain: join(repositoryRoot, 'apps/throttle/src/main.ts'),
  report: join(repositoryRoot, 'docs/performance.md'),
  authzPage: { file: join(repositoryRoot, 'docs/performance-authz.md'), title: 'What authz costs' },
  auditPage: { file: join(repositoryRoot, 'docs/performance-audit.md'), title: 'What the audit costs' },
  billingPage: { file: join(repositoryRoot, 'docs/performance-billing.md'), title: 'What billing costs' },
  throttlePage: {
    file: join(repositoryRoot, 'docs/performance-throttle.md'),
    title: 'What throttle costs',
  },
} as const;

/** A program of the benchmark that runs as a process of its own, by its path below `bench/src`. */
export function benchProgram(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
