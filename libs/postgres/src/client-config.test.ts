import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { clientConfig } from './client-config.ts';

const url = 'postgres://audit@db:5433/ssp?sslmode=disable';

test("the URL's parts reach the client", () => {
  const client = new Client(clientConfig({ url, passwordFile: null, poolSize: 1, applicationName: 'me' }));
  expect(client).toMatchObject({ user: 'audit', host: 'db', port: 5433, database: 'ssp', ssl: false });
});

test('the password is what the file holds when a connection is made', async () => {
  using directory = mkdtempDisposableSync(join(tmpdir(), 'password-'));
  const passwordFile = join(directory.path, 'password');
  const { password } = clientConfig({ url, passwordFile, poolSize: 1, applicationName: 'me' });
  if (typeof password !== 'function') throw new Error('the password must be read late');
  writeFileSync(passwordFile, 'first\n');
  expect(await password()).toBe('first');
  writeFileSync(passwordFile, 'second\n');
  expect(await password()).toBe('second');
});

test.for([
  { given: '', expected: '-c role=reader' },
  { given: '&options=-c%20geqo%3Doff', expected: '-c geqo=off -c role=reader' },
])("a role is taken on beside the URL's own options: $expected", ({ given, expected }) => {
  const named = { passwordFile: null, poolSize: 1, applicationName: 'me', role: 'reader' };
  expect(clientConfig({ url: url + given, ...named }).options).toBe(expected);
});
