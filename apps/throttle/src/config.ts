import { postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { filePath, listenerEnvironment, milliseconds, toListener } from '@ssp/service';
import { z } from 'zod';

/** The environment of throttle. */
export const ThrottleConfig = z
  .object({
    ...listenerEnvironment(7002),
    REDIS_URL: z
      .url({ protocol: /^rediss?$/ })
      .describe('Redis that holds the counters: redis://host:port, or rediss:// for TLS'),
    REDIS_PASSWORD_FILE: filePath.optional().describe('File with the password of Redis'),
    REDIS_TIMEOUT_MS: milliseconds
      .default(500)
      .describe('Longest wait for Redis before a batch is answered 503'),
    THROTTLE_LIMITS_FILE: filePath
      .optional()
      .describe(
        'File of the limits, YAML or JSON, that holds until Postgres has some; without one the defaults do',
      ),
    ...postgresEnvironment,
    POSTGRES_URL: postgresEnvironment.POSTGRES_URL.optional().describe(
      'Database that keeps the limits, postgres://user@host:port/name, without a password; without one those at the start hold',
    ),
    THROTTLE_HASH_TAG: z
      .string()
      .regex(/^[\w.-]+$/)
      .default('ssp')
      .describe('Hash tag of all keys, so that a Redis Cluster keeps them in one slot'),
  })
  .transform((env, ctx) => ({
    listen: toListener(env, ctx),
    redis: {
      url: env.REDIS_URL,
      passwordFile: env.REDIS_PASSWORD_FILE,
      timeoutMs: env.REDIS_TIMEOUT_MS,
    },
    limitsFile: env.THROTTLE_LIMITS_FILE,
    postgres:
      env.POSTGRES_URL === undefined
        ? null
        : toPostgresConfig({ ...env, POSTGRES_URL: env.POSTGRES_URL }, 'throttle'),
    hashTag: env.THROTTLE_HASH_TAG,
  }));
export type ThrottleConfig = z.output<typeof ThrottleConfig>;
