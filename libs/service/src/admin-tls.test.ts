import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { type IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CertificateFiles, createDevelopmentPki } from '@ssp/testing';
import { expect, test } from 'vitest';
import { startAdminListener } from './admin-listener.ts';
import { toAdminTls } from './admin-tls.ts';
import { ConfigError } from './load-config.ts';
import { createService } from './service.ts';

test('over TLS figures are for certificates of the CA alone, while anybody may ask how the process is', async () => {
  await using resources = new AsyncDisposableStack();
  const dir = resources.use(await mkdtempDisposable(join(tmpdir(), 'ssp-admin-')));
  const pki = await createDevelopmentPki(join(dir.path, 'pki'), { now: new Date() });
  const { cert: certFile, key: keyFile } = pki.internal;
  const service = createService('sample', resources);
  const tls = { certFile, keyFile, caFile: pki.ca };
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
  for (const path of ['/metrics', '/metrics/names', '/metrics?x']) {
    expect(await statusOf(path, pki.internal)).toBe(200);
    expect(await statusOf(path)).toBe(403);
    expect(await statusOf(path, pki.consumers.untrusted)).toBe(403);
    expect(await statusOf(path, pki.consumers.expired)).toBe(403);
  }
  expect(await statusOf('/healthz')).toBe(200);
  expect(await statusOf('/readyz')).toBe(503);
});

test('certificate, key and CA are given together or not at all', () => {
  expect(toAdminTls({})).toBeNull();
  expect(() => toAdminTls({ ADMIN_TLS_CERT_FILE: 'a' })).toThrow(ConfigError);
});
