import { join } from 'node:path';
import { jobPlan, type PlanContext, postgresEnv } from './plan.ts';
import { type ProcessPlan } from './supervise.ts';

/** The one-shot work before the services start: first what makes tables, then what fills them. */
export function jobPlans(context: PlanContext): {
  readonly migrations: ProcessPlan[];
  readonly loads: ProcessPlan[];
} {
  const env = postgresEnv(context);
  const migrations = ['authz', 'throttle', 'audit-writer', 'billing-aggregator'].map((app) =>
    jobPlan(context, { name: `migrate-${app}`, entry: `apps/${app}/src/migrate.main.ts`, env }),
  );
  // At the first start alone: what operators have changed since stays.
  const rules = jobPlan(context, {
    name: 'load-rules',
    entry: 'apps/authz/src/load-rules.main.ts',
    env: {
      ...env,
      RULES_FILE: join(context.paths.root, 'infra/rules.sample.yaml'),
      RULES_FIRST_ONLY: 'true',
      POSTGRES_ROLE: 'ssp_authz_write',
    },
  });
  const limits = jobPlan(context, {
    name: 'load-limits',
    entry: 'apps/throttle/src/load-limits.main.ts',
    env: {
      ...env,
      LIMITS_FILE: join(context.paths.root, 'infra/limits.sample.yaml'),
      LIMITS_FIRST_ONLY: 'true',
      POSTGRES_ROLE: 'ssp_throttle_write',
    },
  });
  const tariffs = jobPlan(context, {
    name: 'load-tariffs',
    entry: 'apps/billing-aggregator/src/load-tariffs.main.ts',
    env: {
      ...env,
      TARIFFS_FILE: join(context.paths.root, 'infra/tariffs.sample.yaml'),
      TARIFFS_FIRST_ONLY: 'true',
      POSTGRES_ROLE: 'ssp_billing_books',
    },
  });
  return { migrations, loads: [rules, limits, tariffs] };
}
