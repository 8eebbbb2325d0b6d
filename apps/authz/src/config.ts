import { postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { count, flag, listenerEnvironment, toListener } from '@ssp/service';
import { z } from 'zod';

// 403 is what is published; the provider assurance suite expects 400 (spec 7.3).
const unknownReceiver = { '403': 'receiver-not-authorised', '400': 'receiver-unknown' } as const;

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
    AUTHZ_DEFAULT_AGREEMENT: z
      .enum(['allow', 'deny'])
      .default('allow')
      .describe('What holds where no data sharing rule matches'),
    AUTHZ_ENDPOINT_TRAILING_SLASH: z
      .enum(['ignored', 'exact'])
      .default('ignored')
      .describe(
        'Whether a registered endpoint that ends in / also covers the URL without it; what lies under it is covered in any case',
      ),
    AUTHZ_ENDPOINT_PORT_443: flag
      .default(false)
      .describe(
        'Whether a registered https://host:443/base covers what https://host/base does; else it covers nothing',
      ),
    AUTHZ_INTERNET_CATEGORY: z
      .string()
      .min(1)
      .default('Internet')
      .describe(
        'Category (nhsAsCategoryBag) a system must bear to ask over the internet; compared without case',
      ),
    AUTHZ_UNKNOWN_RECEIVER_STATUS: z
      .enum(['403', '400'])
      .default('403')
      .describe('Status of the refusal where Ssp-To is no registered system at all'),
  })
  .transform((env, ctx) => ({
    listen: toListener(env, ctx),
    postgres: toPostgresConfig(env, 'authz'),
    versionCheckMs: env.AUTHZ_VERSION_CHECK_SECONDS * 1_000,
    postgresTimeoutMs: env.AUTHZ_POSTGRES_TIMEOUT_SECONDS * 1_000,
    snapshotAgeMaxMs: env.AUTHZ_SNAPSHOT_AGE_MAX_SECONDS * 1_000,
    directoryAgeMaxMs: env.AUTHZ_DIRECTORY_AGE_MAX_SECONDS * 1_000,
    endpoints: { trailingSlash: env.AUTHZ_ENDPOINT_TRAILING_SLASH, port443: env.AUTHZ_ENDPOINT_PORT_443 },
    policy: {
      defaultAgreement: env.AUTHZ_DEFAULT_AGREEMENT,
      internetCategoryLower: env.AUTHZ_INTERNET_CATEGORY.toLowerCase(),
      unknownReceiver: unknownReceiver[env.AUTHZ_UNKNOWN_RECEIVER_STATUS],
    },
  }));
export type AuthzConfig = z.output<typeof AuthzConfig>;
