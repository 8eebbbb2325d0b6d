import { join } from 'node:path';
import { type ExpectedSchema } from '@ssp/postgres';

/** The tables that this room owns, as this version of it needs them. */
export const throttleSchema: ExpectedSchema = {
  schema: 'throttle',
  directory: join(import.meta.dirname, '../migrations'),
  migrate: 'apps/throttle/src/migrate.main.ts',
};
