import { Client } from 'ldapts';
import { readFile } from 'node:fs/promises';
import { directoryFault } from './directory-fault.ts';
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
    await using client = await createClient(config);
    const hangUp = () => void client.unbind().catch(() => undefined);
    signal.addEventListener('abort', hangUp, { once: true });
    try {
      signal.throwIfAborted();
      await client.bind(config.bindDn ?? '', await passwordOf(config));
      return await work({ client, baseDn: config.baseDn, pageSize: config.pageSize });
    } finally {
      signal.removeEventListener('abort', hangUp);
    }
  } catch (error) {
    throw directoryFault(error, config);
  }
}

async function createClient(config: SdsConfig): Promise<Client> {
  const [ca, cert, key] = await Promise.all([
    readFile(config.caFile),
    readOptional(config.certFile),
    readOptional(config.keyFile),
  ]);
  return new Client({
    url: config.url,
    timeout: config.timeoutMs,
    connectTimeout: config.timeoutMs,
    tlsOptions: { ca, cert, key, minVersion: 'TLSv1.2', servername: serverName(config.url) },
  });
}

const passwordOf = async ({ bindPasswordFile }: SdsConfig) =>
  bindPasswordFile === null ? '' : (await readFile(bindPasswordFile, 'utf8')).trim();

const readOptional = (file: string | null) => (file === null ? undefined : readFile(file));

// A TLS server name is never an address.
function serverName(url: string): string | undefined {
  const { hostname } = new URL(url);
  return /^[\d.]+$|^\[/.test(hostname) ? undefined : hostname;
}
