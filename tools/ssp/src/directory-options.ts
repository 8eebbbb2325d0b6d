import { type Command, InvalidArgumentError } from 'commander';
import { resolve } from 'node:path';
import { CommandFailure, reasonOf } from './command-fault.ts';
import { type DirectoryAddress, openDirectory, type Search } from './consumer/index.ts';
import { missing, type PlatformCard } from './platform-card.ts';
import { readTlsFiles } from './read-tls-files.ts';
import { type Terminal } from './terminal.ts';

/** What the options below were given as. */
export type DirectoryOptions = {
  readonly ldap?: string;
  readonly baseDn?: string;
  readonly ldapCa?: string;
  readonly ldapCert?: string;
  readonly ldapKey?: string;
  /** Milliseconds. */
  readonly timeout: number;
};

/** Gives a command the options by which it reaches the directory; none need be given where a card is. */
export function addDirectoryOptions(command: Command): Command {
  return command
    .optionsGroup('Reaching the directory (defaults: as the card says):')
    .option('--ldap <url>', 'ldaps://host:port', readLdapsUrl)
    .option('--base-dn <dn>', 'entry above ou=Services (default elsewhere: o=nhs)')
    .option('--ldap-ca <file>', 'authorities that its certificate must come from, PEM')
    .option('--ldap-cert <file>', 'client certificate, then its issuer, PEM; needs --ldap-key')
    .option('--ldap-key <file>', 'its private key, PEM')
    .optionsGroup('Options:');
}

function readLdapsUrl(text: string): string {
  if (!URL.canParse(text) || new URL(text).protocol !== 'ldaps:') {
    throw new InvalidArgumentError('give ldaps://host or ldaps://host:port');
  }
  return text;
}

/** @throws UsageFault where neither an option nor a card says where the directory is, or a file cannot be read */
export function directoryAddress(
  options: DirectoryOptions,
  card: PlatformCard | null,
  { cwd }: Terminal,
): DirectoryAddress {
  const url = options.ldap ?? card?.ldap.url;
  if (url === undefined) throw missing(['--ldap', '--ldap-ca']);
  const file = (given: string | undefined) => (given === undefined ? null : resolve(cwd, given));
  const ofCard = options.ldap === undefined && card !== null ? card.path(card.pki.ca) : null;
  const tls = readTlsFiles(
    { ca: file(options.ldapCa) ?? ofCard, cert: file(options.ldapCert), key: file(options.ldapKey) },
    new URL(url).hostname,
  );
  return { ...tls, url, baseDn: options.baseDn ?? card?.ldap.baseDn ?? 'o=nhs', timeoutMs: options.timeout };
}

/** Works with the directory over a connection of its own, and tells in one line why it could not. */
export async function withDirectory<Result>(
  address: DirectoryAddress,
  work: (search: Search) => Promise<Result>,
): Promise<Result> {
  try {
    await using resources = new AsyncDisposableStack();
    return await work(await openDirectory(address, resources));
  } catch (error) {
    throw new CommandFailure(
      `the directory at ${address.url} was not read (${reasonOf(error)}): is it running, and are --ldap, --ldap-ca and --ldap-cert right?`,
      { cause: error },
    );
  }
}
