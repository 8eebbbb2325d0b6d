import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { directoryFault } from './directory-fault.ts';
import { type LdapConnection, openLdap } from './ldap/open-ldap.ts';
import { type OpenDirectory } from './read-directory.ts';
import { type SdsConfig } from './sync-sds-config.ts';

/**
 * Does `work` on a connection of its own to the directory, bound as configured; an abort hangs up.
 * @throws DirectoryFault for what LDAP, TLS or the files report, in words for an operator
 */
export async function withDirectory<Result>(
  config: SdsConfig,
  signal: AbortSignal,
  work: (directory: OpenDirectory) => Promise<Result>,
): Promise<Result> {
  try {
    await using connection = await connect(config, signal);
    await connection.bind(config.bindDn ?? '', await passwordOf(config));
    return await work({ connection, baseDn: config.baseDn, pageSize: config.pageSize });
  } catch (error) {
    throw directoryFault(error, config);
  }
}

async function connect(config: SdsConfig, signal: AbortSignal): Promise<LdapConnection> {
  const [ca, cert, key] = await Promise.all([
    readFile(config.caFile),
    readOptional(config.certFile),
    readOptional(config.keyFile),
  ]);
  const { hostname, port } = new URL(config.url);
  const host = hostname.replaceAll(/^\[|\]$/g, '');
  // A TLS server name is never an address.
  const servername = isIP(host) === 0 ? host : '';
  return openLdap({
    tls: { host, port: Number(port || ldapsPort), servername, ca, cert, key, minVersion: 'TLSv1.2' },
    timeoutMs: config.timeoutMs,
    signal,
  });
}

const ldapsPort = 636;

const passwordOf = async ({ bindPasswordFile }: SdsConfig) =>
  bindPasswordFile === null ? '' : (await readFile(bindPasswordFile, 'utf8')).trim();

const readOptional = (file: string | null) => (file === null ? undefined : readFile(file));
