import { fileURLToPath } from 'node:url';
import { migrate, type PostgresConfig } from '@ssp/postgres';
import { type Logger } from 'pino';

/** Brings the schema `billing` up to date. */
export async function migrateBilling(config: PostgresConfig, log: Logger): Promise<readonly string[]> {
  return migrate({
    config,
    directory: fileURLToPath(new URL('../migrations', import.meta.url)),
    schema: 'billing',
    log,
  });
}
