import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type BackingContext } from './backing-part.ts';
import { startContainer } from './container.ts';
import { postgresAddress, type PostgresService } from './postgres-service.ts';
import { secretFile } from './secret-file.ts';

/** Starts Postgres in a container, with its data in a volume when it is to last. */
export async function startPostgresContainer(dir: string, context: BackingContext): Promise<PostgresService> {
  await mkdir(dir, { recursive: true });
  const passwordFile = join(dir, 'password');
  const password = await secretFile(passwordFile);
  const { host, port } = await startContainer(
    {
      image: 'postgres:18',
      port: 5432,
      environment: { POSTGRES_USER: 'ssp', POSTGRES_DB: 'ssp', POSTGRES_PASSWORD: password },
      command: ['postgres', '-c', 'max_connections=300', '-c', `fsync=${context.durable ? 'on' : 'off'}`],
      dataPath: '/var/lib/postgresql',
      // The image starts the server once to initialise it, and then for good.
      readyLog: { message: /database system is ready to accept connections/, times: 2 },
    },
    context,
  );
  const address = postgresAddress({ host, port, user: 'ssp', password, passwordFile, database: 'ssp' });
  return { ...address, source: 'container', program: undefined };
}
