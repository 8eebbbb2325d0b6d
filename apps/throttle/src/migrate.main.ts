import { migrate, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { runJob } from '@ssp/service';
import { z } from 'zod';
import { throttleSchema } from './throttle-schema.ts';

await runJob({
  name: 'throttle-migrate',
  config: z.object(postgresEnvironment).transform((env) => toPostgresConfig(env, 'throttle-migrate')),
  run: (config, { log }) =>
    migrate({ config, directory: throttleSchema.directory, schema: throttleSchema.schema, log }),
});
