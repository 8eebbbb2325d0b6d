import { Client, NoSuchObjectError } from 'ldapts';
import { readFile } from 'node:fs/promises';
import { type Directory, type SetAside } from './directory.ts';
import { type LdapEntry, readEntry } from './read-entry.ts';
import { type SdsConfig } from './sync-sds-config.ts';

const searches = [
  {
    unit: 'ou=Services',
    filter: '(|(objectClass=nhsAs)(objectClass=nhsMhs))',
    attributes: [
      'objectClass',
      'uniqueIdentifier',
      'nhsIDCode',
      'nhsMHSPartyKey',
      'nhsAsSvcIA',
      'nhsAsCategoryBag',
      'nhsMhsManufacturerOrg',
      'nhsProductName',
      'nhsMhsSvcIA',
      'nhsMHSEndPoint',
      'nhsMhsCPAId',
      'nhsMhsFQDN',
    ],
  },
  {
    unit: 'ou=Organisations',
    filter: '(nhsIDCode=*)',
    attributes: ['objectClass', 'uniqueIdentifier', 'nhsIDCode', 'o'],
  },
] as const;

/**
 * Reads the whole directory, page by page, over one connection of its own.
 * @throws what LDAP or TLS reports; half a directory is never returned
 */
export async function readDirectory(config: SdsConfig, signal: AbortSignal): Promise<Directory> {
  await using client = await connect(config);
  const hangUp = () => void client.unbind().catch(() => undefined);
  signal.addEventListener('abort', hangUp, { once: true });
  try {
    const collected = collector();
    for await (const entry of entriesOf(client, config)) {
      signal.throwIfAborted();
      collected.add(entry);
    }
    return collected.directory();
  } finally {
    signal.removeEventListener('abort', hangUp);
  }
}

async function connect(config: SdsConfig): Promise<Client> {
  const [ca, cert, key] = await Promise.all([
    readFile(config.caFile),
    readOptional(config.certFile),
    readOptional(config.keyFile),
  ]);
  const client = new Client({
    url: config.url,
    timeout: config.timeoutMs,
    connectTimeout: config.timeoutMs,
    tlsOptions: { ca, cert, key, minVersion: 'TLSv1.2', servername: serverName(config.url) },
  });
  const password =
    config.bindPasswordFile === null ? '' : (await readFile(config.bindPasswordFile, 'utf8')).trim();
  await client.bind(config.bindDn ?? '', password);
  return client;
}

const readOptional = (file: string | null) => (file === null ? undefined : readFile(file));

// A TLS server name is never an address.
function serverName(url: string): string | undefined {
  const { hostname } = new URL(url);
  return /^[\d.]+$|^\[/.test(hostname) ? undefined : hostname;
}

async function* entriesOf(client: Client, config: SdsConfig): AsyncGenerator<LdapEntry> {
  for (const { unit, filter, attributes } of searches) {
    const pages = client.searchPaginated(`${unit},${config.baseDn}`, {
      scope: 'sub',
      filter,
      attributes: [...attributes],
      paged: { pageSize: config.pageSize },
    });
    try {
      for await (const page of pages) yield* page.searchEntries;
    } catch (error) {
      // Names of organisations are a convenience that a directory may lack.
      if (!(error instanceof NoSuchObjectError && unit === 'ou=Organisations')) throw error;
    }
  }
}

/** Gathers entries into a directory; of two with one identifier the second is set aside. */
export function collector() {
  const systems = new Map<string, Directory['systems'][number]>();
  const handlers = new Map<string, Directory['handlers'][number]>();
  const organisations = new Map<string, Directory['organisations'][number]>();
  const setAside: SetAside[] = [];
  const keep = <Row>(rows: Map<string, Row>, id: string, row: Row, dn: string) => {
    if (rows.has(id)) setAside.push({ dn: printable(dn), reason: 'duplicate' });
    else rows.set(id, row);
  };
  return {
    add: (entry: LdapEntry) => {
      const read = readEntry(entry);
      switch (read.kind) {
        case 'system':
          return keep(systems, read.system.asid, read.system, entry.dn);
        case 'handler':
          return keep(handlers, read.handler.handlerId, read.handler, entry.dn);
        case 'organisation':
          return keep(organisations, read.organisation.ods, read.organisation, entry.dn);
        case 'senseless':
          return void setAside.push({ dn: printable(entry.dn), reason: read.reason });
      }
    },
    directory: (): Directory => ({
      systems: inOrder(systems),
      handlers: inOrder(handlers),
      organisations: inOrder(organisations),
      setAside: setAside.toSorted((left, right) => compare(left.dn, right.dn)),
    }),
  };
}

const printable = (dn: string) => dn.replaceAll(/[^\u0020-\u007e]/g, '?').slice(0, 500);

const inOrder = <Row>(rows: ReadonlyMap<string, Row>): Row[] =>
  [...rows].toSorted(([left], [right]) => compare(left, right)).map(([, row]) => row);

const compare = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);
