import { Client } from 'pg';
import type { BackingService } from './backing-part.ts';

/** How to reach one database of a Postgres server. */
export interface PostgresAddress {
  /** With user and password. */
  readonly url: string;
  /** For `POSTGRES_URL`; the password is in `passwordFile`. */
  readonly urlWithoutPassword: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly passwordFile: string;
  readonly database: string;
}

/** A Postgres server whose user may create databases. */
export interface PostgresService extends BackingService, PostgresAddress {}

/** Puts together the forms in which an address is asked for. */
export function postgresAddress({
  parameters = '',
  ...parts
}: Omit<PostgresAddress, 'url' | 'urlWithoutPassword'> & {
  /** What the URL says beside, as in a query. */
  readonly parameters?: string;
}): PostgresAddress {
  const { host, port, user, password, database } = parts;
  const url = new URL(`postgres://${host}:${port}/${database}`);
  url.search = parameters;
  url.username = user;
  const urlWithoutPassword = url.href;
  url.password = password;
  return { ...parts, url: url.href, urlWithoutPassword };
}

/** Rejects unless the database answers a query. */
export async function checkPostgres(url: string): Promise<void> {
  await queryPostgres(url, 'select 1');
}

/** Runs one statement on a connection of its own. */
export async function queryPostgres(url: string, statement: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A server that stops while we hang up must not end this process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}
