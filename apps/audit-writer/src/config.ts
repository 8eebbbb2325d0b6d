import { kafkaEnvironment, toKafkaConfig } from '@ssp/kafka';
import { postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import {
  count,
  filePath,
  listenerEnvironment,
  openIdEnvironment,
  toListener,
  toOpenIdConfig,
} from '@ssp/service';
import { z } from 'zod';

/** The environment of the audit writer and its search API. */
export const AuditWriterConfig = z
  .object({
    ...kafkaEnvironment,
    ...postgresEnvironment,
    ...listenerEnvironment(7003),
    AUDIT_GROUP_ID: z
      .string()
      .min(1)
      .default('audit-writer')
      .describe('Kafka consumer group that all audit writers of a platform share'),
    AUDIT_API_TOKENS_FILE: filePath.describe(
      'JSON object from role (auditor, operator, authz, throttle) to bearer token; the first two may search, the others ask for what they were asked',
    ),
    ...openIdEnvironment,
    AUDIT_SIGNING_KEY_FILE: filePath
      .optional()
      .describe('Private Ed25519 key, PEM, that signs checkpoints of the audit; without it none are made'),
    AUDIT_CHECKPOINT_SECONDS: count.default(60).describe('Seconds between checkpoints'),
    AUDIT_CHECKPOINT_FOLDER: filePath
      .optional()
      .describe(
        'Where checkpoints are written to as well, a file a day that is only added to; without it they are in the database alone',
      ),
    AUDIT_CLOSE_AFTER_SECONDS: count
      .default(3_600)
      .describe(
        'How long an exchange may be without an end before it is closed as abandoned, at the latest after twice that; longer than the longest exchange that an edge allows',
      ),
    AUDIT_GAP_AFTER_SECONDS: count
      .default(60)
      .describe(
        'Seconds after which an event counts as missing when a higher number of its producer was written',
      ),
    AUDIT_URL_KEY_FILE: filePath
      .optional()
      .describe(
        'Public X25519 key of the auditors, PEM, to which full URLs are sealed; without it they lie open in the tables',
      ),
  })
  .transform((env, ctx) => ({
    kafka: toKafkaConfig(env, 'audit-writer'),
    postgres: toPostgresConfig(env, 'audit-writer'),
    listen: toListener(env, ctx),
    groupId: env.AUDIT_GROUP_ID,
    checkpoints:
      env.AUDIT_SIGNING_KEY_FILE === undefined
        ? null
        : {
            keyFile: env.AUDIT_SIGNING_KEY_FILE,
            intervalMs: env.AUDIT_CHECKPOINT_SECONDS * 1_000,
            folder: env.AUDIT_CHECKPOINT_FOLDER ?? null,
          },
    closeAfterMs: env.AUDIT_CLOSE_AFTER_SECONDS * 1_000,
    gapAfterMs: env.AUDIT_GAP_AFTER_SECONDS * 1_000,
    urlKeyFile: env.AUDIT_URL_KEY_FILE ?? null,
    callers: { tokensFile: env.AUDIT_API_TOKENS_FILE, openId: toOpenIdConfig(env, ctx) },
  }));
export type AuditWriterConfig = z.output<typeof AuditWriterConfig>;
