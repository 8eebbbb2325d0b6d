import { readFile } from 'node:fs/promises';
import { type ClientConfig } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import { type PostgresConfig } from './postgres-environment.ts';

/** What pool and migrations have in common when they connect. */
export function clientConfig({ url, passwordFile, applicationName, role }: PostgresConfig): ClientConfig {
  const fromUrl = parseIntoClientConfig(url);
  return {
    // Not `connectionString`: pg would let the password that the URL lacks overrule the file's.
    ...fromUrl,
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    // At the connection's start, so that `reset role` comes back to it.
    ...(typeof role === 'string' && { options: [fromUrl.options, `-c role=${role}`].join(' ').trim() }),
    ...(passwordFile !== null && {
      password: async () => (await readFile(passwordFile, 'utf8')).trim(),
    }),
  };
}
