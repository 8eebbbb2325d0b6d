import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { type IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { type CertificateFiles, createDevelopmentPki, type DevelopmentPki } from '@ssp/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startInternalListener } from './internal-listener.ts';
import { createService } from './service.ts';

let dir: string;
let pki: DevelopmentPki;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ssp-internal-'));
  pki = await createDevelopmentPki(join(dir, 'pki'), { now: new Date() });
}, 60_000);
afterAll(() => rm(dir, { recursive: true }));

function ask(options: { port: number; ca: Buffer; cert?: Buffer; key?: Buffer }) {
  const asked = Promise.withResolvers<IncomingMessage>();
  get({ host: '127.0.0.1', agent: false, ...options }, asked.resolve).once('error', asked.reject);
  return asked.promise.then(text);
}

async function start(resources: AsyncDisposableStack, callerNames?: readonly string[]) {
  const { cert: certFile, key: keyFile } = pki.internal;
  const config = {
    host: '127.0.0.1',
    port: 0,
    drainGraceMs: 0,
    tls: { certFile, keyFile, caFile: pki.ca, callerNames },
  };
  const { port } = await startInternalListener(
    config,
    (_req, res) => void res.end('within'),
    createService('sample', resources),
  );
  return { port, ca: await readFile(pki.ca) };
}

describe('with TLS', () => {
  test('a caller with a certificate of the CA is served', async () => {
    await using resources = new AsyncDisposableStack();
    const { port, ca } = await start(resources);
    const [cert, key] = await Promise.all([readFile(pki.internal.cert), readFile(pki.internal.key)]);
    expect(await ask({ port, ca, cert, key })).toBe('within');
  });

  test('a caller without a certificate is refused', async () => {
    await using resources = new AsyncDisposableStack();
    const { port, ca } = await start(resources);
    await expect(ask({ port, ca })).rejects.toThrow(/certificate required|ECONNRESET|socket hang up/);
  });

  // Node itself would wait for two minutes.
  test('one who connects and never says a word does not hold up a stop', async () => {
    await using resources = new AsyncDisposableStack();
    const { port, ca } = await start(resources);
    const silent = connectTcp(port, '127.0.0.1').on('error', () => undefined);
    await once(silent, 'connect');
    // Taken up behind it.
    await expect(ask({ port, ca })).rejects.toThrow(/certificate required|ECONNRESET|socket hang up/);
    await resources.disposeAsync();
    expect(resources.disposed).toBe(true);
  });

  test("a caller with a stranger's certificate is refused", async () => {
    await using resources = new AsyncDisposableStack();
    const { port, ca } = await start(resources);
    const { cert: certFile, key: keyFile } = pki.consumers.untrusted;
    const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
    await expect(ask({ port, ca, cert, key })).rejects.toThrow(/alert|ECONNRESET|socket hang up/);
  });

  test.for([
    { names: ['internal.ssp.example.nhs.uk'], answer: 'within' },
    { names: ['other', 'INTERNAL.ssp.example.nhs.uk'], answer: 'within' },
    { names: ['ssp.example.nhs.uk', 'internal', '*.ssp.example.nhs.uk'], answer: 'no caller' },
  ])(
    'with the names $names a caller with a certificate of the CA is told "$answer"',
    async ({ names, answer }) => {
      await using resources = new AsyncDisposableStack();
      const { port, ca } = await start(resources, names);
      const [cert, key] = await Promise.all([readFile(pki.internal.cert), readFile(pki.internal.key)]);
      expect(await ask({ port, ca, cert, key })).toContain(answer);
    },
  );

  test("a consumer's certificate, although of the same CA, is refused where callers are named", async () => {
    await using resources = new AsyncDisposableStack();
    const { port, ca } = await start(resources, ['internal.ssp.example.nhs.uk']);
    const { cert: certFile, key: keyFile } = pki.consumers.good;
    const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
    expect(await ask({ port, ca, cert, key })).toContain('no caller');
  });

  test('a renewed certificate is shown to who connects next', async () => {
    await using resources = new AsyncDisposableStack();
    const files = { cert: join(dir, 'renewed.pem'), key: join(dir, 'renewed.key') };
    const put = async (pair: Pick<CertificateFiles, 'cert' | 'key'>) => {
      await copyFile(pair.cert, files.cert);
      await copyFile(pair.key, files.key);
    };
    await put(pki.internal);
    const tls = { certFile: files.cert, keyFile: files.key, caFile: pki.ca };
    const { port } = await startInternalListener(
      { host: '127.0.0.1', port: 0, drainGraceMs: 0, tls },
      (_req, res) => void res.end('within'),
      createService('sample', resources),
    );
    const shown = async () => {
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
      socket.on('error', () => undefined);
      await once(socket, 'secureConnect');
      const subject = socket.getPeerX509Certificate()?.subject ?? '';
      socket.destroy();
      return subject;
    };
    expect(await shown()).toContain('CN=internal.');
    await put(pki.consumers.good);
    await vi.waitFor(async () => expect(await shown()).not.toContain('CN=internal.'), { timeout: 60_000 });
  });

  test('a caller that speaks no TLS is not answered', async () => {
    await using resources = new AsyncDisposableStack();
    const { port } = await start(resources);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
  });
});

test('without TLS it is plain HTTP', async () => {
  await using resources = new AsyncDisposableStack();
  const config = { host: '127.0.0.1', port: 0, drainGraceMs: 0, tls: null };
  const { port } = await startInternalListener(
    config,
    (_req, res) => void res.end('within'),
    createService('sample', resources),
  );
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('within');
});
