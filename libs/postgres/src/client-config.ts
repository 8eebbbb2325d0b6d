import { readFile } from 'node:fs/promises';
import { readLinkFiles } from '@ssp/service';
import { type ClientConfig } from 'pg';
import { type ConnectionOptions, parse, toClientConfig } from 'pg-connection-string';
import { type PostgresConfig } from './postgres-environment.ts';

/** What pool and migrations have in common when they connect. */
export function clientConfig({ url, passwordFile, applicationName, role }: PostgresConfig): ClientConfig {
  const parsed = parse(url);
  const fromUrl = toClientConfig(parsed);
  const ssl = renewedSsl(parsed, fromUrl);
  return {
    // Not `connectionString`: pg would let the password that the URL lacks overrule the file's.
    ...fromUrl,
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    ...(ssl !== null && { ssl }),
    // At the connection's start, so that `reset role` comes back to it.
    ...(typeof role === 'string' && { options: [fromUrl.options, `-c role=${role}`].join(' ').trim() }),
    ...(passwordFile !== null && {
      password: async () => (await readFile(passwordFile, 'utf8')).trim(),
    }),
  };
}

/** Where the URL names files: what they hold when a connection is made, not what they held at the start. */
function renewedSsl(
  { sslrootcert, sslcert, sslkey }: ConnectionOptions,
  { ssl }: ClientConfig,
): ClientConfig['ssl'] | null {
  const [caFile, certFile, keyFile] = [named(sslrootcert), named(sslcert), named(sslkey)];
  if (typeof ssl !== 'object' || (caFile ?? certFile ?? keyFile) === null) return null;
  const { ca: _ca, cert: _cert, key: _key, ...rest } = ssl;
  return Object.assign(readLinkFiles({ caFile, certFile, keyFile }), rest);
}

const named = (file: unknown) => (typeof file === 'string' && file !== '' ? file : null);
