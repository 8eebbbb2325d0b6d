import { kafkaEnvironment, toKafkaConfig } from '@ssp/kafka';
import { postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import {
  filePath,
  listenerEnvironment,
  milliseconds,
  openIdEnvironment,
  toListener,
  toOpenIdConfig,
} from '@ssp/service';
import { auditApiEnvironment, operatorTokensFile, toAuditApiConfig } from '@ssp/service/operator';
import { z } from 'zod';

/** The environment of throttle's operator API. */
export const AdminApiConfig = z
  .object({
    ...listenerEnvironment(7007),
    ...postgresEnvironment,
    ...kafkaEnvironment,
    THROTTLE_API_TOKENS_FILE: operatorTokensFile,
    ...openIdEnvironment,
    THROTTLE_URL: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Where a throttle listens, to be asked what a consumer uses; without it that is not told'),
    THROTTLE_CA_FILE: filePath.optional().describe('CA that its certificate must come from, PEM; for https'),
    THROTTLE_CERT_FILE: filePath.optional().describe('Client certificate shown to it, PEM'),
    THROTTLE_KEY_FILE: filePath.optional().describe('Private key of that certificate, PEM'),
    THROTTLE_TIMEOUT_MS: milliseconds.default(2_000).describe('Longest wait for its answer'),
    ...auditApiEnvironment('throttle', 'no past period is judged'),
  })
  .transform((env, ctx) => ({
    listen: toListener(env, ctx),
    postgres: toPostgresConfig(env, 'throttle-admin-api'),
    kafka: toKafkaConfig(env, 'throttle-admin-api'),
    callers: { tokensFile: env.THROTTLE_API_TOKENS_FILE, openId: toOpenIdConfig(env, ctx) },
    audit: toAuditApiConfig(env),
    throttle:
      env.THROTTLE_URL === undefined
        ? null
        : {
            url: env.THROTTLE_URL,
            caFile: env.THROTTLE_CA_FILE ?? null,
            certFile: env.THROTTLE_CERT_FILE ?? null,
            keyFile: env.THROTTLE_KEY_FILE ?? null,
            timeoutMs: env.THROTTLE_TIMEOUT_MS,
          },
  }));
export type AdminApiConfig = z.output<typeof AdminApiConfig>;
