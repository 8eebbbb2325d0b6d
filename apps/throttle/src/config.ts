import { postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import {
  commaList,
  count,
  filePath,
  flag,
  listenerEnvironment,
  milliseconds,
  toListener,
} from '@ssp/service';
import { z } from 'zod';

/** The environment of throttle. */
export const ThrottleConfig = z
  .object({
    ...listenerEnvironment(7002),
    REDIS_URL: commaList
      .pipe(z.array(z.url({ protocol: /^rediss?$/ })))
      .describe(
        'Redis that holds the counters: redis://host:port, or rediss:// for TLS. Several, separated by commas, are nodes of one Redis Cluster',
      ),
    REDIS_CLUSTER: flag
      .default(false)
      .describe('Whether one address in REDIS_URL is of a Redis Cluster; of several it always is'),
    REDIS_PASSWORD_FILE: filePath.optional().describe('File with the password of Redis'),
    REDIS_CA_FILE: filePath
      .optional()
      .describe('CA that the certificate of Redis must come from, PEM; for rediss'),
    REDIS_CERT_FILE: filePath.optional().describe('Client certificate shown to Redis, PEM; for rediss'),
    REDIS_KEY_FILE: filePath.optional().describe('Private key of that certificate, PEM'),
    REDIS_TIMEOUT_MS: milliseconds
      .default(50)
      .describe(
        'Longest wait of a batch for Redis; then limits are counted in each process alone, or refuse, as the limits say',
      ),
    THROTTLE_LIMITS_FILE: filePath
      .optional()
      .describe(
        'File of the limits, YAML or JSON, that holds until Postgres has some; without one the defaults do',
      ),
    ...postgresEnvironment,
    POSTGRES_URL: postgresEnvironment.POSTGRES_URL.optional().describe(
      'Database that keeps the limits, postgres://user@host:port/name, without a password; without one those at the start hold',
    ),
    THROTTLE_PROCESSES_MIN: count
      .default(1)
      .describe(
        'While Redis is away each process lets its part of a limit through: the limit divided by the processes last seen, or by this if it is more',
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
      urls: env.REDIS_URL,
      cluster: env.REDIS_CLUSTER || env.REDIS_URL.length > 1,
      passwordFile: env.REDIS_PASSWORD_FILE,
      files: {
        caFile: env.REDIS_CA_FILE ?? null,
        certFile: env.REDIS_CERT_FILE ?? null,
        keyFile: env.REDIS_KEY_FILE ?? null,
      },
      timeoutMs: env.REDIS_TIMEOUT_MS,
    },
    processesMin: env.THROTTLE_PROCESSES_MIN,
    limitsFile: env.THROTTLE_LIMITS_FILE,
    postgres:
      env.POSTGRES_URL === undefined
        ? null
        : toPostgresConfig({ ...env, POSTGRES_URL: env.POSTGRES_URL }, 'throttle'),
    hashTag: env.THROTTLE_HASH_TAG,
  }));
export type ThrottleConfig = z.output<typeof ThrottleConfig>;
