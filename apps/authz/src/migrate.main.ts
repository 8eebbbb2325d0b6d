import { migrate, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { runJob } from '@ssp/service';
import { z } from 'zod';
import { authzSchema } from './authz-schema.ts';

await runJob({
  name: 'authz-migrate',
  config: z.object(postgresEnvironment).transform((env) => toPostgresConfig(env, 'authz-migrate')),
  run: (config, { log }) =>
    migrate({ config, directory: authzSchema.directory, schema: authzSchema.schema, log }),
});
