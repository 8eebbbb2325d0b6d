import { kafkaEnvironment, toKafkaConfig } from '@ssp/kafka';
import { postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import {
  count,
  filePath,
  flag,
  listenerEnvironment,
  openIdEnvironment,
  toListener,
  toOpenIdConfig,
} from '@ssp/service';
import { auditApiEnvironment, toAuditApiConfig } from '@ssp/service/operator';
import { z } from 'zod';

/** The environment of the aggregator. */
export const AggregatorConfig = z
  .object({
    ...kafkaEnvironment,
    ...postgresEnvironment,
    BILLING_GROUP_ID: z
      .string()
      .min(1)
      .default('billing-aggregator')
      .describe('Consumer group; all copies of this service share one'),
    LEDGER_MONTHS: count
      .default(25)
      .describe(
        'Whole months before this one whose exchanges are kept one by one: so long figures can be traced to exchanges, and one that comes again is recognised; longer than the topic is kept',
      ),
  })
  .transform((env) => ({
    kafka: toKafkaConfig(env, 'billing-aggregator'),
    postgres: toPostgresConfig(env, 'billing-aggregator'),
    groupId: env.BILLING_GROUP_ID,
    ledgerMonths: env.LEDGER_MONTHS,
  }));
export type AggregatorConfig = z.output<typeof AggregatorConfig>;

/** The environment of the query API. */
export const QueryApiConfig = z
  .object({
    ...listenerEnvironment(7005),
    ...postgresEnvironment,
    BILLING_API_TOKENS_FILE: filePath.describe(
      'JSON object from role (billing, operator, auditor) to bearer token; each of the three may read, billing may keep the books',
    ),
    ...openIdEnvironment,
    ...kafkaEnvironment,
    BILLING_SIGNING_KEY_FILE: filePath
      .optional()
      .describe('Ed25519 private key that signs statements, PEM; without it this process closes no months'),
    ...auditApiEnvironment('reconcile', 'a month is closed only with a reason for that'),
    RECONCILE_AFTER_MINUTES: count
      .default(15)
      .describe('Minutes after its end from which an hour is held against the audit'),
    BILLING_SUMS_UP: flag
      .default(true)
      .describe(
        'Whether this process sums usage up by hour, day and month, which makes answers fast; of those that do one works at a time',
      ),
  })
  .transform((env, ctx) => ({
    listen: toListener(env, ctx),
    postgres: toPostgresConfig(env, 'billing-query-api'),
    kafka: toKafkaConfig(env, 'billing-query-api'),
    signingKeyFile: env.BILLING_SIGNING_KEY_FILE ?? null,
    callers: { tokensFile: env.BILLING_API_TOKENS_FILE, openId: toOpenIdConfig(env, ctx) },
    audit: toAuditApiConfig(env),
    ripeAfterMs: env.RECONCILE_AFTER_MINUTES * 60_000,
    sumsUp: env.BILLING_SUMS_UP,
  }));
export type QueryApiConfig = z.output<typeof QueryApiConfig>;

/** The environment of the migration. */
export const MigrateConfig = z
  .object(postgresEnvironment)
  .transform((env) => ({ postgres: toPostgresConfig(env, 'billing-migrate') }));
