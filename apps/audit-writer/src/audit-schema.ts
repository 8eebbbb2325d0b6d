import { join } from 'node:path';
import { type ExpectedSchema } from '@ssp/postgres';

/** The tables that this room owns, as this version of it needs them. */
export const auditSchema: ExpectedSchema = {
  schema: 'audit',
  directory: join(import.meta.dirname, '../migrations'),
  migrate: 'apps/audit-writer/src/migrate.main.ts',
};
