import { kafkaEnvironment, toKafkaConfig } from '@ssp/kafka';
import { postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { listenerEnvironment, openIdEnvironment, toListener, toOpenIdConfig } from '@ssp/service';
import { auditApiEnvironment, operatorTokensFile, toAuditApiConfig } from '@ssp/service/operator';
import { z } from 'zod';
import { decisionEnvironment, toDecisionSettings } from './decision-settings.ts';

/** The environment of the operator API. */
export const AdminApiConfig = z
  .object({
    ...listenerEnvironment(7006),
    ...postgresEnvironment,
    ...kafkaEnvironment,
    AUTHZ_API_TOKENS_FILE: operatorTokensFile,
    ...openIdEnvironment,
    // What is explained must be what was decided: the same values as the decision service has.
    ...decisionEnvironment,
    ...auditApiEnvironment('authz', 'only facts are explained, and no past period is judged'),
  })
  .transform((env, ctx) => ({
    listen: toListener(env, ctx),
    settings: toDecisionSettings(env),
    audit: toAuditApiConfig(env),
    postgres: toPostgresConfig(env, 'authz-admin-api'),
    kafka: toKafkaConfig(env, 'authz-admin-api'),
    callers: { tokensFile: env.AUTHZ_API_TOKENS_FILE, openId: toOpenIdConfig(env, ctx) },
  }));
export type AdminApiConfig = z.output<typeof AdminApiConfig>;
