import { migrate, type PostgresConfig } from '@ssp/postgres';
import { type Logger } from 'pino';
import { billingSchema } from './billing-schema.ts';

/** Brings the schema `billing` up to date. */
export async function migrateBilling(config: PostgresConfig, log: Logger): Promise<readonly string[]> {
  const { schema, directory } = billingSchema;
  return migrate({ config, directory, schema, log });
}
