import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { type IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CertificateFiles, createDevelopmentPki } from '@ssp/testing';
import { expect, test } from 'vitest';
import { startAdminListener } from './admin-listener.ts';
import { createService } from './service.ts';

async function start(resources: AsyncDisposableStack, callerNames?: readonly string[]) {
  const dir = resources.use(await mkdtempDisposable(join(tmpdir(), 'ssp-admin-')));
  const pki = await createDevelopmentPki(join(dir.path, 'pki'), { now: new Date() });
  const { cert: certFile, key: keyFile } = pki.internal;
  const service = createService('sample', resources);
  const tls = { certFile, keyFile, caFile: pki.ca, callerNames };
  const { port } = await startAdminListener({ host: '127.0.0.1', port: 0, tls }, service);
  const ca = await readFile(pki.ca);
  const statusOf = async (path: string, caller?: Pick<CertificateFiles, 'cert' | 'key'>) => {
    const own = caller && { cert: await readFile(caller.cert), key: await readFile(caller.key) };
    const asked = Promise.withResolvers<IncomingMessage>();
    get({ host: '127.0.0.1', port, path, ca, agent: false, ...own }, asked.resolve).once(
      'error',
      asked.reject,
    );
    const answer = await asked.promise;
    answer.resume();
    return answer.statusCode;
  };
  return { pki, statusOf };
}

test('over TLS figures are for certificates of the CA alone, while anybody may ask how the process is', async () => {
  await using resources = new AsyncDisposableStack();
  const { pki, statusOf } = await start(resources);
  for (const path of ['/metrics', '/metrics/names', '/metrics?x']) {
    expect(await statusOf(path, pki.internal)).toBe(200);
    expect(await statusOf(path)).toBe(403);
    expect(await statusOf(path, pki.consumers.untrusted)).toBe(403);
    expect(await statusOf(path, pki.consumers.expired)).toBe(403);
  }
  expect(await statusOf('/healthz')).toBe(200);
  expect(await statusOf('/readyz')).toBe(503);
});

test('where names are given, other certificates of the CA see no figures', async () => {
  await using resources = new AsyncDisposableStack();
  const { pki, statusOf } = await start(resources, ['monitor', 'INTERNAL.ssp.example.nhs.uk']);
  expect(await statusOf('/metrics', pki.internal)).toBe(200);
  expect(await statusOf('/metrics', pki.consumers.good)).toBe(403);
  expect(await statusOf('/metrics')).toBe(403);
  expect(await statusOf('/healthz', pki.consumers.good)).toBe(200);
});
