import { Client, type Entry, NoSuchObjectError } from 'ldapts';
import { isIP } from 'node:net';
import { type DirectoryQuery } from './directory-queries.ts';

/** How to reach the directory: LDAPS alone, and nationally with a client certificate. The bind is anonymous. */
export type DirectoryAddress = {
  /** `ldaps://host:port`. */
  readonly url: string;
  /** `o=nhs`. */
  readonly baseDn: string;
  /** PEM. */
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly timeoutMs: number;
};

/** One entry; its attributes under their names in lower case, for directories differ in the case of names. */
export type DirectoryEntry = {
  readonly dn: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
};

/** Asks the directory one query. */
export type Search = (query: DirectoryQuery) => Promise<readonly DirectoryEntry[]>;

/**
 * Opens a connection of its own, which ends with `resources`.
 * @throws what TLS or LDAP reports
 */
export async function openDirectory(
  address: DirectoryAddress,
  resources: AsyncDisposableStack,
): Promise<Search> {
  const { url, ca, cert, key, timeoutMs } = address;
  const { hostname } = new URL(url);
  const client = new Client({
    url,
    timeout: timeoutMs,
    connectTimeout: timeoutMs,
    tlsOptions: {
      minVersion: 'TLSv1.2',
      ca,
      cert,
      key,
      // A TLS server name is never an address.
      servername: isIP(hostname.replaceAll(/^\[|\]$/g, '')) === 0 ? hostname : undefined,
    },
  });
  resources.defer(() => client.unbind());
  await client.bind('', '');
  return async ({ base, filter, attributes }) => {
    try {
      const { searchEntries } = await client.search(base, {
        scope: 'sub',
        filter,
        attributes: [...attributes],
      });
      return searchEntries.map((entry) => toDirectoryEntry(entry));
    } catch (error) {
      // A base that is not there holds nothing.
      if (error instanceof NoSuchObjectError) return [];
      throw error;
    }
  };
}

/** An entry as it came: one value or many, and an empty list under the name asked for where there is none. */
export function toDirectoryEntry({ dn, ...attributes }: Entry): DirectoryEntry {
  const byName = new Map<string, string[]>();
  for (const [name, value] of Object.entries(attributes)) {
    const values = byName.get(name.toLowerCase()) ?? [];
    for (const item of [value].flat()) {
      const text = item.toString().trim();
      if (text !== '') values.push(text);
    }
    byName.set(name.toLowerCase(), values);
  }
  return { dn, attributes: Object.fromEntries(byName) };
}

/** The values of an attribute, its name in any case. */
export function valuesOf(entry: DirectoryEntry, attribute: string): readonly string[] {
  return entry.attributes[attribute.toLowerCase()] ?? [];
}
