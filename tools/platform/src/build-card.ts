import { relative } from 'node:path';
import { type SamplePerson } from '@ssp/identity-provider';
import { type BackingServices, type CertificateFiles, type DevelopmentPki } from '@ssp/testing';
import { type PlatformPaths } from './paths.ts';
import { type Addresses } from './addresses.ts';
import { type PlatformCard } from './platform-card.ts';
import { type DirectoryProvider } from './sample-directory.ts';
import { type Secrets } from './secrets.ts';
import { type Supervised } from './supervise.ts';

/** The consumers of the sample directory (`infra/ldap/sample`). */
const good = { asid: '200000000359', odsCode: 'R1A14' };
const other = { asid: '200000000360', odsCode: 'R1A15' };

/** The practice that the sample agreements deny (`infra/rules.sample.yaml`). */
const deniedAsid = '918999190001';

/** Puts together what is running, and where. */
export function buildCard(parts: {
  readonly paths: PlatformPaths;
  readonly pki: DevelopmentPki;
  readonly backing: BackingServices;
  readonly secrets: Secrets;
  readonly addresses: Addresses;
  readonly providers: readonly DirectoryProvider[];
  readonly people: readonly SamplePerson[];
  readonly running: readonly Supervised[];
}): PlatformCard {
  const { paths, pki, backing, secrets, addresses, providers, people, running } = parts;
  const path = (file: string) => relative(paths.root, file);
  const certified = ({ cert, key }: CertificateFiles) => ({ cert: path(cert), key: path(key) });
  const consumer = (files: CertificateFiles, who = good) => ({
    ...who,
    fqdn: files.fqdn,
    ...certified(files),
  });
  const denied = providers.find(({ asid }) => asid === deniedAsid);
  const [interaction, endpoint] = Object.entries(denied?.endpoints ?? {})[0] ?? ['', ''];
  return {
    version: 1,
    pid: process.pid,
    edge: {
      https: `https://127.0.0.1:${addresses.edgeHttps}`,
      http: `http://127.0.0.1:${addresses.edgeHttp}`,
    },
    pki: {
      ca: path(pki.ca),
      issuingCert: path(pki.issuingCert),
      issuingKey: path(pki.issuingKey),
      crls: pki.crls.map(path),
    },
    consumers: {
      good: consumer(pki.consumers.good),
      other: consumer(pki.consumers.other, other),
      revoked: consumer(pki.consumers.revoked),
      expired: consumer(pki.consumers.expired),
      untrusted: consumer(pki.consumers.untrusted),
      wrongFqdn: consumer(pki.consumers.wrongFqdn),
    },
    providers: providers.map((provider) => ({
      ...provider,
      address: `127.0.0.1:${addresses.provider}`,
      ...certified(pki.provider),
    })),
    services: Object.fromEntries(
      running.map(({ plan, pid }) => [plan.name, [{ pid: pid(), admin: plan.adminUrl ?? '' }]]),
    ),
    noAgreement: { asid: deniedAsid, interaction, endpoint },
    identityProvider: `http://127.0.0.1:${addresses.identityProvider}`,
    people: [...people],
    console: `http://127.0.0.1:${addresses.console}`,
    billingApi: `http://127.0.0.1:${addresses.billingApi}`,
    authzApi: `http://127.0.0.1:${addresses.authzApi}`,
    throttleApi: `http://127.0.0.1:${addresses.throttleApi}`,
    auditApi: `http://127.0.0.1:${addresses.auditApi}`,
    auditUrlKey: path(secrets.auditUrlPrivateKeyFile),
    verify: {
      postgres: backing.postgres.urlWithoutPassword,
      passwordFile: path(backing.postgres.passwordFile),
      auditKey: path(secrets.auditVerifyingKeyFile),
      checkpoints: path(paths.checkpoints),
      statementsKey: path(secrets.billingVerifyingKeyFile),
    },
    tokens: secrets.tokens,
    postgres: backing.postgres.url,
    redis: backing.redis.url,
    kafka: [...backing.kafka.brokers],
    ldap: {
      url: backing.ldap.url,
      baseDn: backing.ldap.baseDn,
      adminDn: backing.ldap.adminDn,
      adminPassword: backing.ldap.adminPassword,
    },
    logs: path(paths.logs),
  };
}
