import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackingContext } from './backing-part.ts';
import { startContainer } from './container.ts';
import { ldapAdminDn, ldapBaseDn } from './ldap-seed.ts';
import { checkLdap, type LdapAddress, type LdapService } from './ldap-service.ts';
import { secretFile } from './secret-file.ts';

/** Starts the image that `infra/ldap` describes, with the development PKI's certificate. */
export async function startLdapContainer(context: BackingContext): Promise<LdapService> {
  const dir = join(context.dir, 'ldap');
  await mkdir(dir, { recursive: true });
  const adminPassword = await secretFile(join(dir, 'admin-password'));
  const { ca, ldap } = context.pki;
  const addressAt = (port: number): LdapAddress => ({
    url: `ldaps://127.0.0.1:${port}`,
    baseDn: ldapBaseDn,
    adminDn: ldapAdminDn,
    adminPassword,
    caFile: ca,
  });
  const port = await startContainer(
    {
      name: 'OpenLDAP',
      dir,
      image: 'ssp-openldap',
      port: 636,
      environment: () => ({ LDAP_ADMIN_PASSWORD: adminPassword }),
      files: [
        { source: ca, target: '/run/secrets/ca.pem' },
        { source: ldap.cert, target: '/run/secrets/ldap.pem' },
        { source: ldap.key, target: '/run/secrets/ldap.key.pem' },
      ],
      dataPath: '/var/lib/ssp-ldap',
      check: (hostPort) => checkLdap(addressAt(hostPort)),
    },
    context,
  );
  return { ...addressAt(port), source: 'container', program: undefined };
}
