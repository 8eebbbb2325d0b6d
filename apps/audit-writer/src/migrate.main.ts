import { postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { runJob } from '@ssp/service';
import { z } from 'zod';
import { migrateAudit } from './migrate-audit.ts';

await runJob({
  name: 'audit-migrate',
  config: z.object(postgresEnvironment).transform((env) => toPostgresConfig(env, 'audit-migrate')),
  run: (config, { log }) => migrateAudit(config, log),
});
