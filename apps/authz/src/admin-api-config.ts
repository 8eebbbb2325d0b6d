import { kafkaEnvironment, toKafkaConfig } from '@ssp/kafka';
import { postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { filePath, listenerEnvironment, milliseconds, toListener } from '@ssp/service';
import { z } from 'zod';
import { decisionEnvironment, toDecisionSettings } from './decision-settings.ts';

/** The environment of the operator API. */
export const AdminApiConfig = z
  .object({
    ...listenerEnvironment(7006),
    ...postgresEnvironment,
    ...kafkaEnvironment,
    AUTHZ_API_TOKENS_FILE: filePath.describe(
      'JSON object from role (operator, auditor) to bearer token; both may read, only the operator may change',
    ),
    // What is explained must be what was decided: the same values as the decision service has.
    ...decisionEnvironment,
    AUDIT_API_URL: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        'Where the audit is searched; without it only facts are explained, and no past period is judged',
      ),
    AUDIT_API_TOKEN_FILE: filePath
      .optional()
      .describe('File that holds the bearer token of the role authz for that API'),
    AUDIT_API_CA_FILE: filePath
      .optional()
      .describe('CA that the API’s certificate must come from, PEM; for https'),
    AUDIT_API_CERT_FILE: filePath.optional().describe('Client certificate shown to the API, PEM'),
    AUDIT_API_KEY_FILE: filePath.optional().describe('Private key of that certificate, PEM'),
    AUDIT_API_TIMEOUT_MS: milliseconds.default(35_000).describe('Longest silence of that API'),
  })
  .transform((env, ctx) => ({
    listen: toListener(env, ctx),
    settings: toDecisionSettings(env),
    audit:
      env.AUDIT_API_URL === undefined
        ? null
        : {
            url: env.AUDIT_API_URL,
            tokenFile: env.AUDIT_API_TOKEN_FILE ?? null,
            caFile: env.AUDIT_API_CA_FILE ?? null,
            certFile: env.AUDIT_API_CERT_FILE ?? null,
            keyFile: env.AUDIT_API_KEY_FILE ?? null,
            timeoutMs: env.AUDIT_API_TIMEOUT_MS,
          },
    postgres: toPostgresConfig(env, 'authz-admin-api'),
    kafka: toKafkaConfig(env, 'authz-admin-api'),
    tokensFile: env.AUTHZ_API_TOKENS_FILE,
  }));
export type AdminApiConfig = z.output<typeof AdminApiConfig>;
