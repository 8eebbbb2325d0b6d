import { type CertificateFiles, type DevelopmentPki } from '@ssp/testing';

/** The sample directory's consumers (`infra/ldap/sample`). */
const good = { asid: '200000000359', odsCode: 'R1A14' };
const other = { asid: '200000000360', odsCode: 'R1A15' };

const consumer = ({ fqdn, cert, key }: CertificateFiles, who = good) => ({ ...who, fqdn, cert, key });

/** As much of a platform's card as calls through the edge take; where edge and directory are, each call says. */
export function clusterCard(nhs: DevelopmentPki) {
  return {
    version: 1,
    edge: { https: 'https://127.0.0.1:443' },
    pki: { ca: nhs.ca },
    consumers: {
      good: consumer(nhs.consumers.good),
      other: consumer(nhs.consumers.other, other),
      revoked: consumer(nhs.consumers.revoked),
    },
    ldap: { url: 'ldaps://127.0.0.1:30636', baseDn: 'o=nhs' },
  };
}
