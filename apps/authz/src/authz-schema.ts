import { join } from 'node:path';
import { type ExpectedSchema } from '@ssp/postgres';

/** The tables that this room owns, as this version of it needs them. */
export const authzSchema: ExpectedSchema = {
  schema: 'authz',
  directory: join(import.meta.dirname, '../migrations'),
  migrate: 'apps/authz/src/migrate.main.ts',
};
