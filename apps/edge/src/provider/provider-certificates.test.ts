import { copyFile, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDevelopmentPki } from '@ssp/testing';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { keepProviderCertificates } from './provider-certificates.ts';

test('a file of CAs that is half written or holds something else leaves the former trusted', async () => {
  await using resources = new AsyncDisposableStack();
  const { path } = resources.use(await mkdtempDisposable(join(tmpdir(), 'provider-certificates-')));
  const pki = await createDevelopmentPki(join(path, 'pki'), { now: new Date() });
  const caFile = join(path, 'ca.pem');
  await copyFile(pki.ca, caFile);
  const { cert: certFile, key: keyFile } = pki.internal;
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const provider = { certFile, keyFile, caFile, tls: { ciphers: 'DEFAULT', maxVersion: 'TLSv1.3' } } as const;
  const current = keepProviderCertificates(provider, log, resources);
  const first = current();

  const pem = await readFile(pki.ca, 'utf8');
  for (const [spoilt, why] of [
    [pem.slice(0, -200), 'is cut short'],
    ['no certificate', 'holds no certificate'],
  ] as const) {
    await writeFile(caFile, spoilt);
    await vi.waitFor(() => expect(lines.join('')).toContain(why), { timeout: 20_000, interval: 100 });
    expect(current()).toBe(first);
  }
  await writeFile(caFile, pem);
  await vi.waitFor(() => expect(current().generation).toBe(2), { timeout: 20_000, interval: 100 });
});
