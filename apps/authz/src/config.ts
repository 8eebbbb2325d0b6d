import { postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { count, listenerEnvironment, toListener } from '@ssp/service';
import { z } from 'zod';
import { decisionEnvironment, toDecisionSettings } from './decision-settings.ts';

/** The environment of the decision service. */
export const AuthzConfig = z
  .object({
    ...listenerEnvironment(7001),
    ...postgresEnvironment,
    AUTHZ_VERSION_CHECK_SECONDS: count
      .default(2)
      .describe('Seconds between checks whether the rules have changed, beside the notifications of changes'),
    AUTHZ_POSTGRES_TIMEOUT_SECONDS: count
      .default(5)
      .describe('Seconds after which a query without an answer counts as failed'),
    AUTHZ_SNAPSHOT_AGE_MAX_SECONDS: count
      .default(300)
      .describe('Seconds that answers go on without Postgres; then every ask is refused'),
    AUTHZ_DIRECTORY_AGE_MAX_SECONDS: count
      .default(86_400)
      .describe('Seconds that answers go on without a load of the directory; then every ask is refused'),
    ...decisionEnvironment,
  })
  .transform((env, ctx) => ({
    listen: toListener(env, ctx),
    postgres: toPostgresConfig(env, 'authz'),
    versionCheckMs: env.AUTHZ_VERSION_CHECK_SECONDS * 1_000,
    postgresTimeoutMs: env.AUTHZ_POSTGRES_TIMEOUT_SECONDS * 1_000,
    snapshotAgeMaxMs: env.AUTHZ_SNAPSHOT_AGE_MAX_SECONDS * 1_000,
    directoryAgeMaxMs: env.AUTHZ_DIRECTORY_AGE_MAX_SECONDS * 1_000,
    ...toDecisionSettings(env),
  }));
export type AuthzConfig = z.output<typeof AuthzConfig>;
