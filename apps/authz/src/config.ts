import { postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { count, listenerEnvironment, toListener } from '@ssp/service';
import { z } from 'zod';

/** The environment of the decision service. */
export const AuthzConfig = z
  .object({
    ...listenerEnvironment(7001),
    ...postgresEnvironment,
    AUTHZ_VERSION_CHECK_SECONDS: count
      .default(2)
      .describe('Seconds between checks whether the rules have changed, beside the notifications of changes'),
    AUTHZ_SNAPSHOT_AGE_MAX_SECONDS: count
      .default(300)
      .describe('Seconds that answers go on without Postgres; then every ask is refused'),
    AUTHZ_DIRECTORY_AGE_MAX_SECONDS: count
      .default(86_400)
      .describe('Seconds that answers go on without a load of the directory; then every ask is refused'),
    AUTHZ_DEFAULT_AGREEMENT: z
      .enum(['allow', 'deny'])
      .default('allow')
      .describe('What holds where no data sharing rule matches'),
  })
  .transform((env, ctx) => ({
    listen: toListener(env, ctx),
    postgres: toPostgresConfig(env, 'authz'),
    versionCheckMs: env.AUTHZ_VERSION_CHECK_SECONDS * 1_000,
    snapshotAgeMaxMs: env.AUTHZ_SNAPSHOT_AGE_MAX_SECONDS * 1_000,
    directoryAgeMaxMs: env.AUTHZ_DIRECTORY_AGE_MAX_SECONDS * 1_000,
    defaultAgreement: env.AUTHZ_DEFAULT_AGREEMENT,
  }));
export type AuthzConfig = z.output<typeof AuthzConfig>;
