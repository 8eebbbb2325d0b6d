import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackingContext } from './backing-part.ts';
import { startContainer } from './container.ts';
import {
  checkPostgres,
  postgresAddress,
  type PostgresAddress,
  type PostgresService,
} from './postgres-service.ts';
import { secretFile } from './secret-file.ts';

/** Starts Postgres in a container, with its data in a volume when it is to last. */
export async function startPostgresContainer(dir: string, context: BackingContext): Promise<PostgresService> {
  await mkdir(dir, { recursive: true });
  const passwordFile = join(dir, 'password');
  const password = await secretFile(passwordFile);
  const addressAt = (port: number): PostgresAddress =>
    postgresAddress({ host: '127.0.0.1', port, user: 'ssp', password, passwordFile, database: 'ssp' });
  const port = await startContainer(
    {
      name: 'Postgres',
      dir,
      image: 'postgres:18',
      port: 5432,
      environment: () => ({ POSTGRES_USER: 'ssp', POSTGRES_DB: 'ssp', POSTGRES_PASSWORD: password }),
      command: ['postgres', '-c', 'max_connections=300', '-c', `fsync=${context.durable ? 'on' : 'off'}`],
      dataPath: '/var/lib/postgresql',
      // The server that the image starts to initialise the data listens on no port.
      check: (hostPort) => checkPostgres(addressAt(hostPort).url),
    },
    context,
  );
  return { ...addressAt(port), source: 'container', program: undefined };
}
