import { readFile } from 'node:fs/promises';
import { type ClientConfig } from 'pg';
import { type PostgresConfig } from './postgres-environment.ts';

/** What pool and migrations have in common when they connect. */
export function clientConfig({ url, passwordFile, applicationName }: PostgresConfig): ClientConfig {
  return {
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    ...(passwordFile !== null && {
      password: async () => (await readFile(passwordFile, 'utf8')).trim(),
    }),
  };
}
