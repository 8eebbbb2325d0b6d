import { migrate, type PostgresConfig } from '@ssp/postgres';
import { type Logger } from 'pino';
import { auditSchema } from './audit-schema.ts';

/** Brings the `audit` schema up to date. Its first run makes the role `ssp_auditor`, so it needs the right to. */
export function migrateAudit(config: PostgresConfig, log: Logger): Promise<readonly string[]> {
  const { schema, directory } = auditSchema;
  return migrate({ config, directory, schema, log });
}
