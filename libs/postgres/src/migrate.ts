import { runner } from 'node-pg-migrate';
import { Client, escapeIdentifier } from 'pg';
import { type Logger } from 'pino';
import { clientConfig } from './client-config.ts';
import { type PostgresConfig } from './postgres-environment.ts';

export type Migration = {
  readonly config: PostgresConfig;
  /** Absolute path of the `NNN_name.sql` files. */
  readonly directory: string;
  /** The owner's schema, made when it is missing; it holds the list of what has run. */
  readonly schema: string;
  readonly log: Logger;
};

/**
 * Applies the files that have not run yet, in the order of their numbers, all in one transaction; waits while another
 * process does the same. Returns the names of what it applied.
 */
export async function migrate({ config, directory, schema, log }: Migration): Promise<readonly string[]> {
  await using resources = new AsyncDisposableStack();
  // Of our own: the runner neither waits for the end of the connection that it makes, nor hears that it breaks.
  const client = resources.adopt(new Client(clientConfig(config)), (it) => it.end());
  client.on('error', (error) => log.warn({ err: error }, 'the connection to Postgres broke'));
  await client.connect();
  const applied = await runner({
    dbClient: client,
    dir: directory,
    direction: 'up',
    schema,
    migrationsTable: 'migration',
    createSchema: true,
    advisoryLockMode: 'wait',
    logger: {
      info: (message) => log.debug(message),
      warn: (message) => log.warn(message),
      error: (message) => log.error(message),
    },
  });
  // So that programs find out what they work with, whichever role of the schema they act as.
  await client.query(`grant select on ${escapeIdentifier(schema)}.migration to public`);
  const names = applied.map(({ name }) => name);
  log.info({ schema, applied: names }, 'the schema is up to date');
  return names;
}
