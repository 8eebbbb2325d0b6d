import { join } from 'node:path';
import { type ExpectedSchema } from '@ssp/postgres';

/** The tables that this room owns, as this version of it needs them. */
export const billingSchema: ExpectedSchema = {
  schema: 'billing',
  directory: join(import.meta.dirname, '../migrations'),
  migrate: 'apps/billing-aggregator/src/migrate.main.ts',
};
