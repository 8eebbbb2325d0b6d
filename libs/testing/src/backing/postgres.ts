import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from '../setup-error.ts';
import type { BackingContext, BackingPart } from './backing-part.ts';
import { startPostgresContainer } from './postgres-container.ts';
import { startLocalPostgres } from './postgres-local.ts';
import { checkPostgres, postgresAddress, type PostgresService } from './postgres-service.ts';

/** The Postgres of the backing services. */
export function postgresPart(context: BackingContext): BackingPart<PostgresService> {
  const { postgresUrl } = context.environment;
  const dir = join(context.dir, 'postgres');
  return {
    name: 'Postgres',
    image: { name: 'postgres:18' },
    needs: () => Promise.resolve([]),
    fromEnvironment: postgresUrl === undefined ? undefined : () => reachPostgres(postgresUrl, dir),
    startContainer: () => startPostgresContainer(dir, context),
    startLocal: () => startLocalPostgres(dir, context),
  };
}

async function reachPostgres(given: string, dir: string): Promise<PostgresService> {
  const url = new URL(given);
  await checkPostgres(given).catch((cause: unknown) => {
    throw new SetupError(`SSP_POSTGRES_URL: ${url.host} does not answer with the user and database given.`, {
      cause,
    });
  });
  await mkdir(dir, { recursive: true });
  const passwordFile = join(dir, 'password');
  const password = decodeURIComponent(url.password);
  await writeFile(passwordFile, password, { mode: 0o600 });
  const address = postgresAddress({
    host: url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password,
    passwordFile,
    database: decodeURIComponent(url.pathname.slice(1)),
  });
  return { ...address, source: 'environment', program: undefined };
}
