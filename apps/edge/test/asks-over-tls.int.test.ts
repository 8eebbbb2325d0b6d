import { copyFile, mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createService, jsonEndpoint, startInternalListener } from '@ssp/service';
import { type CertificateFiles } from '@ssp/testing';
import { backingServices } from '@ssp/testing/vitest';
import { AskBatch } from '@ssp/contracts';
import { pino } from 'pino';
import { afterAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { openAskClient } from '../src/ask/ask-client.ts';

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());
const service = createService('doubles', resources);

const { pki } = backingServices();
const filesOf = ({ cert, key }: CertificateFiles) => ({ certFile: cert, keyFile: key });
const handler = jsonEndpoint(
  '/doubles',
  (body) => ({ answers: AskBatch.parse(body).asks.map((ask) => 2 * z.number().parse(ask)) }),
  pino({ level: 'silent' }),
);
const { port } = await startInternalListener(
  { host: '127.0.0.1', port: 0, drainGraceMs: 0, tls: { ...filesOf(pki.internal), caFile: pki.ca } },
  handler,
  service,
);

function client(tls: { caFile?: string; certFile?: string; keyFile?: string }, host = '127.0.0.1') {
  const settings = {
    url: `https://${host}:${port}`,
    timeoutMs: 30_000,
    tls: { caFile: undefined, certFile: undefined, keyFile: undefined, ...tls },
  };
  return openAskClient({ path: '/doubles', ask: z.number(), answer: z.number() }, settings, resources);
}

test.for(['127.0.0.1', 'localhost'])('asks over mutual TLS at %s, and gets each its answer', async (host) => {
  const ask = client({ caFile: pki.ca, ...filesOf(pki.internal) }, host);
  expect(await Promise.all([ask(1), ask(2), ask(3)])).toEqual([2, 4, 6]);
  expect(await ask(4)).toBe(8);
});

test('a service whose certificate no trusted CA has signed is not asked', async () => {
  await expect(client(filesOf(pki.internal))(1)).rejects.toThrow(/self-signed certificate|unable to/);
});

test('a service with a certificate for another name is not asked', async () => {
  const other = await startInternalListener(
    { host: '127.0.0.1', port: 0, drainGraceMs: 0, tls: { ...filesOf(pki.consumers.good), caFile: pki.ca } },
    handler,
    service,
  );
  const settings = {
    url: `https://localhost:${other.port}`,
    timeoutMs: 30_000,
    tls: { caFile: pki.ca, ...filesOf(pki.internal) },
  };
  const ask = openAskClient({ path: '/doubles', ask: z.number(), answer: z.number() }, settings, resources);
  await expect(ask(1)).rejects.toThrow(/does not match certificate/);
});

test('an asker without a certificate is not answered', async () => {
  await expect(client({ caFile: pki.ca })(1)).rejects.toThrow(/certificate required|ECONNRESET|closed/);
});

test('an asker shows a renewed certificate with the next connection, without a restart', async () => {
  const dir = resources.use(await mkdtempDisposable(join(tmpdir(), 'asks-renewed-')));
  const files = { certFile: join(dir.path, 'cert'), keyFile: join(dir.path, 'key') };
  const put = async ({ cert, key }: CertificateFiles) => {
    await copyFile(cert, files.certFile);
    await copyFile(key, files.keyFile);
  };
  await put(pki.consumers.untrusted);
  const ask = client({ caFile: pki.ca, ...files });
  await expect(ask(1)).rejects.toThrow(/alert|ECONNRESET|closed|certificate/);
  await put(pki.internal);
  await vi.waitFor(async () => expect(await ask(1)).toBe(2), { timeout: 60_000, interval: 100 });
});
