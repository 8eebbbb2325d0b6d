import { SetupError } from '../setup-error.ts';
import type { BackingContext, BackingPart } from './backing-part.ts';
import { startLdapContainer } from './ldap-container.ts';
import { ldapSeedDir } from './ldap-seed.ts';
import { startLocalLdap } from './ldap-local.ts';
import { checkLdap, type LdapService } from './ldap-service.ts';
import { slapdNeed } from './slapd.ts';

/** The directory of the backing services: OpenLDAP over LDAPS, with SDS' schema and the sample entries. */
export function ldapPart(context: BackingContext): BackingPart<LdapService> {
  const { url, ...given } = context.environment.ldap;
  return {
    name: 'OpenLDAP',
    image: { name: 'ssp-openldap', dockerfileDir: ldapSeedDir },
    needs: () => Promise.resolve([slapdNeed]),
    fromEnvironment: url === undefined ? undefined : () => reachLdap({ ...given, url }),
    startContainer: () => startLdapContainer(context),
    startLocal: () => startLocalLdap(context),
  };
}

async function reachLdap(given: {
  readonly url: string;
  readonly baseDn: string;
  readonly adminDn: string | undefined;
  readonly adminPassword: string | undefined;
  readonly caFile: string | undefined;
}): Promise<LdapService> {
  const { url, baseDn, adminDn, adminPassword, caFile } = given;
  if (adminDn === undefined || adminPassword === undefined || caFile === undefined) {
    throw new SetupError(
      'SSP_LDAP_URL needs SSP_LDAP_ADMIN_DN, SSP_LDAP_ADMIN_PASSWORD and SSP_LDAP_CA_FILE too.',
    );
  }
  const service = { url, baseDn, adminDn, adminPassword, caFile };
  await checkLdap(service).catch((cause: unknown) => {
    throw new SetupError(
      `SSP_LDAP_URL: ${url} does not answer for ${baseDn} with the CA and password given.`,
      {
        cause,
      },
    );
  });
  return { ...service, source: 'environment', program: undefined };
}
