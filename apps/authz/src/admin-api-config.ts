import { postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { filePath, listenerEnvironment, toListener } from '@ssp/service';
import { z } from 'zod';

/** The environment of the operator API. */
export const AdminApiConfig = z
  .object({
    ...listenerEnvironment(7006),
    ...postgresEnvironment,
    AUTHZ_API_TOKENS_FILE: filePath.describe(
      'JSON object from role (operator, auditor) to bearer token; both may read, only the operator may change',
    ),
  })
  .transform((env, ctx) => ({
    listen: toListener(env, ctx),
    postgres: toPostgresConfig(env, 'authz-admin-api'),
    tokensFile: env.AUTHZ_API_TOKENS_FILE,
  }));
export type AdminApiConfig = z.output<typeof AdminApiConfig>;
