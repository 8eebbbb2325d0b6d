import { readFile } from 'node:fs/promises';
import { Client } from 'ldapts';
import type { BackingService } from './backing-part.ts';

/** How to reach a directory; anybody may read it. */
export interface LdapAddress {
  /** `ldaps://host:port`. */
  readonly url: string;
  readonly baseDn: string;
  readonly adminDn: string;
  readonly adminPassword: string;
  /** What the server's certificate is verified against, PEM. */
  readonly caFile: string;
}

/** A directory that its admin may change. */
export interface LdapService extends BackingService, LdapAddress {}

/** Rejects unless the directory has its base entry and knows its admin. */
export async function checkLdap(address: LdapAddress): Promise<void> {
  const client = new Client({
    url: address.url,
    connectTimeout: 2_000,
    timeout: 5_000,
    tlsOptions: { ca: await readFile(address.caFile) },
  });
  try {
    await client.bind(address.adminDn, address.adminPassword);
    await client.search(address.baseDn, { scope: 'base' });
  } finally {
    await client.unbind();
  }
}
