import { copyFile, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDevelopmentPki } from '@ssp/testing';
import { expect, test } from 'vitest';
import { keepLinkFiles } from './keep-link-files.ts';

test('renewed files are taken a second later, and a half that has no other is not', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'link-'));
  const pki = await createDevelopmentPki(join(dir.path, 'pki'), { now: new Date() });
  const [certFile, keyFile] = [join(dir.path, 'cert'), join(dir.path, 'key')];
  await copyFile(pki.internal.cert, certFile);
  await copyFile(pki.internal.key, keyFile);
  let nowMs = 0;
  const current = keepLinkFiles({ caFile: pki.ca, certFile, keyFile }, () => nowMs);
  const first = current();
  expect(first.cert).toEqual(await readFile(pki.internal.cert));

  await copyFile(pki.consumers.good.cert, certFile);
  nowMs = 999;
  expect(current()).toBe(first);
  nowMs = 1_000;
  expect(current()).toBe(first);

  await copyFile(pki.consumers.good.key, keyFile);
  nowMs = 2_000;
  expect(current().cert).toEqual(await readFile(pki.consumers.good.cert));
  expect(current().key).toEqual(await readFile(pki.consumers.good.key));
  const second = current();
  nowMs = 9_000;
  expect(current()).toBe(second);
});

test.for([
  ['empty', () => ''],
  ['half written', (pem: string) => pem.slice(0, pem.length / 2)],
  ['half written behind its first certificate', (pem: string) => pem + pem.slice(0, 200)],
  ['another one', () => 'not a certificate'],
] as const)('a file of CAs that is %s leaves the former trusted, and fails a start', async ([, spoil]) => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'link-'));
  const pki = await createDevelopmentPki(join(dir.path, 'pki'), { now: new Date() });
  const caFile = join(dir.path, 'ca');
  await copyFile(pki.ca, caFile);
  let nowMs = 0;
  const files = { caFile, certFile: null, keyFile: null };
  const current = keepLinkFiles(files, () => nowMs);
  const first = current();
  await writeFile(caFile, spoil(await readFile(pki.ca, 'utf8')));
  nowMs = 1_000;
  expect(current()).toBe(first);
  expect(() => keepLinkFiles(files)).toThrow('certificate');
});

test('what cannot be read fails the start', () => {
  expect(() => keepLinkFiles({ caFile: '/nowhere', certFile: null, keyFile: null })).toThrow('ENOENT');
});
