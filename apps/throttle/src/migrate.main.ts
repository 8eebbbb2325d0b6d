import { migrate, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { runJob } from '@ssp/service';
import { join } from 'node:path';
import { z } from 'zod';

await runJob({
  name: 'throttle-migrate',
  config: z.object(postgresEnvironment).transform((env) => toPostgresConfig(env, 'throttle-migrate')),
  run: (config, { log }) =>
    migrate({ config, directory: join(import.meta.dirname, '../migrations'), schema: 'throttle', log }),
});
