import { readFileSync } from 'node:fs';
import { Client } from 'ldapts';

/** A provider as the directory knows it: one accredited system and its endpoint for each interaction. */
export type DirectoryProvider = {
  readonly asid: string;
  readonly odsCode: string;
  readonly endpoints: Readonly<Record<string, string>>;
};

/** Where the directory is, and the certificate that is shown to it where it wants one. */
export type DirectoryAddress = {
  readonly url: string;
  readonly baseDn: string;
  readonly caFile: string;
  readonly client?: { readonly certFile: string; readonly keyFile: string };
};

/** Reads the providers of the sample directory as any consumer could, anonymously over LDAPS. */
export async function readProviders(ldap: DirectoryAddress): Promise<DirectoryProvider[]> {
  const client = new Client({
    url: ldap.url,
    tlsOptions: {
      ca: readFileSync(ldap.caFile),
      ...(ldap.client !== undefined && {
        cert: readFileSync(ldap.client.certFile),
        key: readFileSync(ldap.client.keyFile),
      }),
    },
  });
  try {
    const base = `ou=Services,${ldap.baseDn}`;
    const systems = await client.search(base, { filter: '(objectClass=nhsAs)' });
    const handlers = await client.search(base, { filter: '(objectClass=nhsMhs)' });
    return systems.searchEntries.flatMap((system) => {
      const partyKey = text(system, 'nhsMHSPartyKey').toLowerCase();
      const own = handlers.searchEntries.filter(
        (handler) => text(handler, 'nhsMHSPartyKey').toLowerCase() === partyKey,
      );
      const endpoints = Object.fromEntries(
        own
          .map((handler) => [text(handler, 'nhsMhsSvcIA'), text(handler, 'nhsMHSEndPoint')] as const)
          .filter(
            ([interaction, endpoint]) => interaction.includes(':fhir:') && endpoint.startsWith('https://'),
          ),
      );
      if (Object.keys(endpoints).length === 0) return [];
      return [{ asid: text(system, 'uniqueIdentifier'), odsCode: text(system, 'nhsIDCode'), endpoints }];
    });
  } finally {
    await client.unbind();
  }
}

/** Attribute names come back in the directory's own case. */
function text(entry: Readonly<Record<string, unknown>>, attribute: string): string {
  const found = Object.entries(entry).find(([name]) => name.toLowerCase() === attribute.toLowerCase());
  const value: unknown = Array.isArray(found?.[1]) ? found[1][0] : found?.[1];
  return typeof value === 'string' ? value : '';
}
