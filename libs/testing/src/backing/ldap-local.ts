import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackingContext } from './backing-part.ts';
import { readSampleDirectory } from './ldap-seed.ts';
import type { LdapService } from './ldap-service.ts';
import { startSlapd } from './slapd.ts';

/** Starts slapd with the sample directory, which is loaded once; later changes stay. */
export async function startLocalLdap(context: BackingContext): Promise<LdapService> {
  const { leash, pki, resources } = context;
  const slapd = await startSlapd(
    {
      dir: join(context.dir, 'ldap'),
      logFile: join(context.dir, 'ldap.log'),
      leash,
      pki,
      writeLdif: async (file) => writeFile(file, await readSampleDirectory()),
    },
    resources,
  );
  return { ...slapd, source: 'local' };
}
