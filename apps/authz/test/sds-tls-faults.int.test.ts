import { createService, readConfig } from '@ssp/service';
import {
  type Authority,
  type CertificateFiles,
  createAuthority,
  issueCertificate,
  type Leash,
  type LdapAddress,
  loadAuthority,
  startLeash,
  startSlapd,
} from '@ssp/testing';
import { backingServices } from '@ssp/testing/vitest';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SyncSdsConfig } from '../src/sync-sds-config.ts';
import { startSyncSds, syncSdsOnce } from '../src/sync-sds.ts';
import { oddShapesFile } from './odd-shapes/read-expectations.ts';
import { createTables, rulesVersion } from './rig.ts';

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());

let dir: string;
let leash: Leash;
let ours: Authority;
let stranger: Authority;
let pool: Pool;
let environment: Readonly<Record<string, string>>;

const day = 24 * 3_600_000;
const validUntil = (ms: number) => ({ notBefore: new Date(ms - 30 * day), notAfter: new Date(ms) });
const valid = () => validUntil(Date.now() + day);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ssp-tls-'));
  resources.defer(() => rm(dir, { recursive: true, force: true }));
  leash = await startLeash(dir, resources);
  const { pki } = backingServices();
  ours = await loadAuthority(pki.issuingCert, pki.issuingKey);
  stranger = await createAuthority({ subject: 'C=GB, O=Stranger, CN=Stranger', ...valid() });
  const tables = await createTables(resources);
  ({ pool } = tables);
  const sound = await serve('sound', await issue('server', ours, { ipAddresses: ['127.0.0.1'] }));
  environment = { ...tables.postgresEnvironment, SDS_URL: sound.url, SDS_CA_FILE: pki.ca };
  await using loading = new AsyncDisposableStack();
  await syncSdsOnce(readConfig(SyncSdsConfig, environment), createService('sync-sds', loading));
});

type Says = { readonly ipAddresses?: readonly string[]; readonly notBefore?: Date; readonly notAfter?: Date };

async function issue(name: string, authority: Authority, says: Says = {}): Promise<CertificateFiles> {
  const fqdn = 'ldap.ssp.example.nhs.uk';
  const issued = await issueCertificate(authority, { fqdn, ...valid(), ...says });
  const files = { fqdn, cert: join(dir, `${name}.pem`), key: join(dir, `${name}.key.pem`) };
  await writeFile(files.cert, issued.certificatePem);
  await writeFile(files.key, issued.privateKeyPem);
  return files;
}

const writeLdif = (file: string) => copyFile(oddShapesFile, file);

function serve(name: string, ldap: CertificateFiles): Promise<LdapAddress> {
  const { ca } = backingServices().pki;
  const logFile = join(dir, `${name}.log`);
  return startSlapd(
    { dir: join(dir, name), logFile, leash, pki: { ca, ldap }, writeLdif, lenient: true, check: listens },
    resources,
  );
}

// Whatever its certificate says.
async function listens({ url }: LdapAddress): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
  await once(socket, 'connect');
  socket.destroy();
}

const held = async () => {
  const { rows } = await pool.query(`
    select (select md5(string_agg(it::text, '' order by handler_id)) from authz.message_handler as it) as handlers,
      (select md5(string_agg(it::text, '' order by dn)) from authz.directory_entry as it) as entries`);
  return { ...rows[0], version: await rulesVersion(pool) };
};

const address = { ipAddresses: ['127.0.0.1'] };

test.for<{
  readonly fault: string;
  readonly overrides: () => Promise<Readonly<Record<string, string>>>;
  readonly said: RegExp;
}>([
  {
    fault: 'a server whose certificate has other names',
    overrides: async () => ({ SDS_URL: (await serve('named', await issue('named', ours))).url }),
    said: /the certificate of ldaps:\S+ \(SDS_URL\) is for other names: .*127\.0\.0\.1/,
  },
  {
    fault: 'a server whose certificate has expired',
    overrides: async () => {
      const old = { ...address, ...validUntil(Date.now() - day) };
      return { SDS_URL: (await serve('expired', await issue('expired', ours, old))).url };
    },
    said: /the certificate of ldaps:\S+, or the CA in \S+, is out of date: CERT_HAS_EXPIRED/,
  },
  {
    fault: 'a server whose certificate a stranger signed',
    overrides: async () => ({
      SDS_URL: (await serve('stranger', await issue('stranger', stranger, address))).url,
    }),
    said: /the certificate of ldaps:\S+ is not from the CA in \S+ \(SDS_CA_FILE\)/,
  },
  {
    fault: 'a server that refuses our certificate',
    overrides: async () => {
      const { cert, key } = await issue('refused', stranger);
      return { SDS_CERT_FILE: cert, SDS_KEY_FILE: key };
    },
    said: /(ended the TLS handshake|hung up, perhaps on our certificate); we showed the certificate in \S+refused\.pem \(SDS_CERT_FILE\)/,
  },
  {
    fault: 'a key that is not of our certificate',
    overrides: async () => ({
      SDS_CERT_FILE: (await issue('one', ours)).cert,
      SDS_KEY_FILE: (await issue('other', ours)).key,
    }),
    said: /the key in \S+other\.key\.pem \(SDS_KEY_FILE\) does not belong to the certificate in \S+one\.pem/,
  },
])(
  '$fault is told in the state of readiness, and the former directory stays',
  async ({ overrides, said }) => {
    await using running = new AsyncDisposableStack();
    const before = await held();
    const service = createService('sync-sds', running);
    await startSyncSds(readConfig(SyncSdsConfig, { ...environment, ...(await overrides()) }), service);
    service.health.started();
    await expect
      .poll(() => service.metrics.metrics())
      .toMatch(/ssp_sds_loads_total\{pass="whole",result="failed"\} [1-9]/);
    const { ready, checks } = await service.health.report();
    expect(ready).toBe(false);
    expect(checks['directory']).toMatch(said);
    expect(await held()).toEqual(before);
  },
);
