import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DevelopmentPki } from '@ssp/testing';
import { type InternalAuthority } from '../compose/internal-authority.ts';
import { type Secrets } from '../secrets.ts';
import { watchedServices } from '../watched-services.ts';

/** Whom Kafka knows by a certificate; `jobs` may do everything there. */
const kafkaClients = [
  'edge',
  'authz-admin-api',
  'throttle-admin-api',
  'audit-writer',
  'billing-aggregator',
  'query-api',
  'jobs',
] as const;

type Parts = {
  readonly nhs: DevelopmentPki;
  readonly authority: InternalAuthority;
  readonly secrets: Secrets;
  readonly secretsFolder: string;
  /** Of the release, which is called ssp. */
  readonly namespace: string;
  /** Of Postgres, Redis, Kafka, the directory and the sample provider. */
  readonly backing: string;
};

type Files = Readonly<Record<string, string>>;

/** The Secrets and ConfigMaps of docs/kubernetes.md, and what the backing services are given. */
export async function clusterObjects(parts: Parts) {
  return [...(await forTheChart(parts)), ...(await forTheBacking(parts))];
}

async function forTheChart({ nhs, authority, secrets, secretsFolder, namespace }: Parts) {
  const ca = await read(authority.caFile);
  const secret = (name: string, files: Files) => secretIn(namespace, name, files);
  const configMap = (name: string, data: Files) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
    data,
  });
  const own = async (leaf: string, dnsNames: readonly string[]) => {
    const { cert, key } = await authority.leaf(leaf, dnsNames);
    return { 'ca.crt': ca, 'tls.crt': cert, 'tls.key': key };
  };
  const kept = (name: string) => read(join(secretsFolder, name));
  const domain = `${namespace}.svc.cluster.local`;
  // Each has a listener or an admin port, under names of its own.
  const between = watchedServices.map(async (name) =>
    secret(`ssp-${name}`, await own(`ssp-${name}`, [`ssp-${name}.${domain}`, `ssp-${name}-admin.${domain}`])),
  );
  const kafka = kafkaClients.map(async (name) => secret(`ssp-kafka-${name}`, await own(name, [])));
  const nhsCa = { 'ca.crt': await read(nhs.ca) };
  const [issuing = '', root = ''] = await Promise.all(nhs.crls.map(read));
  return [
    ...(await Promise.all([...between, ...kafka])),
    secret('ssp-postgres', { password: await kept('postgres-ssp-password') }),
    secret('ssp-postgres-owner', { password: await kept('postgres-owner-password') }),
    secret('ssp-postgres-ca', { 'ca.crt': ca }),
    secret('ssp-redis', { password: await kept('redis-password') }),
    secret('ssp-redis-tls', await own('ssp-redis-client', [])),
    secret('ssp-directory', await own('ssp-directory-client', [])),
    secret('ssp-api-tokens', { 'tokens.json': JSON.stringify(secrets.tokens) }),
    secret('ssp-audit-token-authz', { token: secrets.tokens.authz }),
    secret('ssp-audit-token-throttle', { token: secrets.tokens.throttle }),
    secret('ssp-audit-token-reconcile', { token: secrets.tokens.reconcile }),
    secret('ssp-edge-consumer-tls', {
      'tls.crt': await read(nhs.edgeServer.cert),
      'tls.key': await read(nhs.edgeServer.key),
    }),
    secret('ssp-edge-provider-tls', {
      'tls.crt': await read(nhs.edgeClient.cert),
      'tls.key': await read(nhs.edgeClient.key),
    }),
    secret('ssp-audit-signing', { 'key.pem': await read(secrets.auditSigningKeyFile) }),
    secret('ssp-billing-signing', { 'key.pem': await read(secrets.billingSigningKeyFile) }),
    configMap('ssp-audit-verifying', { 'key.pem': await read(secrets.auditVerifyingKeyFile) }),
    configMap('ssp-billing-verifying', { 'key.pem': await read(secrets.billingVerifyingKeyFile) }),
    configMap('ssp-consumer-ca', nhsCa),
    configMap('ssp-provider-ca', nhsCa),
    configMap('ssp-crls', { 'issuing.crl': issuing, 'root.crl': root }),
  ];
}

async function forTheBacking({ nhs, authority, secretsFolder, backing }: Parts) {
  const ca = await read(authority.caFile);
  const kept = (name: string) => read(join(secretsFolder, name));
  const server = async (name: string, further: Files = {}) => {
    const { cert, key } = await authority.leaf(name, [`${name}.${backing}.svc.cluster.local`]);
    return secretIn(backing, name, { 'ca.pem': ca, 'tls.pem': cert, 'tls.key.pem': key, ...further });
  };
  const { cert, key } = await authority.leaf('kafka', [`kafka.${backing}.svc.cluster.local`]);
  return [
    await server('postgres', { password: await kept('postgres-password') }),
    await server('redis', { password: await kept('redis-password') }),
    await server('kafka', { 'keystore.pem': `${key}${cert}` }),
    await server('directory', { 'admin-password': await kept('directory-password') }),
    secretIn(backing, 'sample-provider', {
      'nhs-ca.pem': await read(nhs.ca),
      'provider.pem': await read(nhs.provider.cert),
      'provider.key.pem': await read(nhs.provider.key),
    }),
  ];
}

const read = (file: string) => readFile(file, 'utf8');

const secretIn = (namespace: string, name: string, files: Files) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
  stringData: files,
});
