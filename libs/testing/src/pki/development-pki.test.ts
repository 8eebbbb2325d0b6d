import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDevelopmentPki } from './development-pki.ts';
import type { CertificateFiles, DevelopmentPki } from './pki-paths.ts';
import { renewCrls } from './renew-crls.ts';

const now = new Date();
const later = (days: number): Date => new Date(now.getTime() + days * 24 * 60 * 60 * 1000);
const run = promisify(execFile);

let dir: string;
let pki: DevelopmentPki;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ssp-pki-'));
  pki = await createDevelopmentPki(join(dir, 'pki'), { now });
}, 60_000);
afterAll(() => rm(dir, { recursive: true }));

const pem = (file: string): Promise<string> => readFile(file, 'utf8');

async function handshake(client: CertificateFiles): Promise<string> {
  await using server = createServer({
    cert: await pem(pki.edgeServer.cert),
    key: await pem(pki.edgeServer.key),
    ca: await pem(pki.ca),
    crl: await Promise.all(pki.crls.map(pem)),
    requestCert: true,
    rejectUnauthorized: false,
    maxVersion: 'TLSv1.2',
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = new Promise<TLSSocket>((done) => server.once('secureConnection', done));
  const client_ = connect({
    port: portOf(server.address()),
    host: '127.0.0.1',
    servername: 'localhost',
    ca: await pem(pki.ca),
    cert: await pem(client.cert),
    key: await pem(client.key),
  });
  const socket = await accepted;
  const verdict = socket.authorized ? 'authorized' : String(socket.authorizationError);
  client_.destroy();
  return verdict;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('not listening on a port');
  return address.port;
}

describe('a development PKI', () => {
  test.for([
    { kind: 'good', expected: 'authorized' },
    { kind: 'other', expected: 'authorized' },
    { kind: 'wrongFqdn', expected: 'authorized' },
    { kind: 'revoked', expected: 'CERT_REVOKED' },
    { kind: 'expired', expected: 'CERT_HAS_EXPIRED' },
    { kind: 'untrusted', expected: 'CERT_SIGNATURE_FAILURE' },
  ] as const)('presents a $kind consumer that TLS finds $expected', async ({ kind, expected }) => {
    expect(await handshake(pki.consumers[kind])).toBe(expected);
  });

  test('has certificates and lists that OpenSSL accepts', async () => {
    const crls = pki.crls.flatMap((file) => ['-CRLfile', file]);
    const verify = ['verify', '-x509_strict', '-crl_check_all', '-CAfile', pki.ca, ...crls];
    const { stdout } = await run('openssl', [...verify, pki.consumers.good.cert, pki.provider.cert]);
    expect(stdout.match(/: OK$/gm)).toHaveLength(2);
  });

  test('names a consumer as a device of the NHS', async () => {
    // One of the forms that no version of OpenSSL writes in its own way.
    const form = ['-subject', '-nameopt', 'RFC2253'];
    const subject = ['x509', '-noout', ...form, '-in', pki.consumers.good.cert];
    expect((await run('openssl', subject)).stdout.trim()).toBe(
      'subject=CN=good.consumer.thirdparty.nhs.uk,OU=Devices,O=nhs',
    );
  });

  test('keeps private keys from other users', async () => {
    const modes = await Promise.all(
      [pki.issuingKey, pki.consumers.good.key].map(async (it) => (await stat(it)).mode),
    );
    expect(modes.map((mode) => mode & 0o777)).toEqual([0o600, 0o600]);
  });

  test('is reused while it lasts, with new revocation lists when they near their end', async () => {
    const [leaf, crl] = [await readFile(pki.consumers.good.cert), await readFile(pki.crls[0] ?? '')];
    await createDevelopmentPki(pki.dir, { now: later(1) });
    expect(await readFile(pki.crls[0] ?? '')).toEqual(crl);
    await createDevelopmentPki(pki.dir, { now: later(25) });
    expect(await readFile(pki.consumers.good.cert)).toEqual(leaf);
    const text = ['crl', '-noout', '-text', '-in', pki.crls[0] ?? ''];
    const renewed = (await run('openssl', text)).stdout;
    expect(renewed).toContain(
      `X509v3 CRL Number: \n                ${Math.floor(later(25).getTime() / 1000)}`,
    );
    expect(renewed.match(/Serial Number/g)).toHaveLength(1);
  });

  test('numbers each list higher than the one before, also within a second', async () => {
    const at = later(26);
    const number = async () => {
      const text = ['crl', '-noout', '-crlnumber', '-in', pki.crls[0] ?? ''];
      return Number((await run('openssl', text)).stdout.replace('crlNumber=', ''));
    };
    await renewCrls(pki, at, ['0a']);
    const first = await number();
    await renewCrls(pki, at, ['0b']);
    expect(await number()).toBe(first + 1);
  });

  test('is made anew once a certificate is about to end', { timeout: 60_000 }, async () => {
    const copy = await createDevelopmentPki(join(dir, 'short'), { now: later(-397) });
    const leaf = await readFile(copy.consumers.good.cert);
    await createDevelopmentPki(copy.dir, { now });
    expect(await readFile(copy.consumers.good.cert)).not.toEqual(leaf);
  });
});
