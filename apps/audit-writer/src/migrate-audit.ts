import { join } from 'node:path';
import { migrate, type PostgresConfig } from '@ssp/postgres';
import { type Logger } from 'pino';

/** Brings the `audit` schema up to date. Its first run makes the role `ssp_auditor`, so it needs the right to. */
export function migrateAudit(config: PostgresConfig, log: Logger): Promise<readonly string[]> {
  return migrate({ config, directory: join(import.meta.dirname, '../migrations'), schema: 'audit', log });
}
