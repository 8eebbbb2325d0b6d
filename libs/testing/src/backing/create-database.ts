import { randomBytes } from 'node:crypto';
import { postgresAddress, queryPostgres, type PostgresAddress } from './postgres-service.ts';

/** Makes an empty database with a name of its own on a server, dropped with `resources` even if it is still in use. */
export async function createDatabaseIn(
  server: PostgresAddress,
  resources: AsyncDisposableStack,
): Promise<PostgresAddress> {
  const database = `test_${randomBytes(6).toString('hex')}`;
  await queryPostgres(server.url, `create database ${database}`);
  resources.defer(async () => {
    await queryPostgres(server.url, `drop database ${database} with (force)`);
  });
  const { host, port, user, password, passwordFile } = server;
  return postgresAddress({ host, port, user, password, passwordFile, database });
}
