import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@ssp/testing';
import { expect, test } from 'vitest';
import { startIdentityProvider } from '../src/identity-provider.ts';

/** The provider on a folder; later starts find the same. */
async function providerAt(folder: string, port: number, resources: AsyncDisposableStack) {
  const clientSecretFile = join(folder, 'secret');
  await writeFile(clientSecretFile, 's'.repeat(32));
  return startIdentityProvider(
    {
      listen: { host: '127.0.0.1', port, drainGraceMs: 0, tls: null },
      issuer: null,
      folder,
      audience: 'urn:test',
      consoleUrl: 'http://127.0.0.1:3000',
      clientId: 'console',
      clientSecretFile,
      accessSeconds: 60,
    },
    resources,
  );
}

test('keys and people are made once, and only the console is let in, with PKCE', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'identity-'));
  const port = await findFreePort();
  const told = async () => {
    await using resources = new AsyncDisposableStack();
    const { issuer } = await providerAt(folder.path, port, resources);
    const keys = await (await fetch(`${issuer}/jwks`)).text();
    return { keys, people: await readFile(join(folder.path, 'people.json'), 'utf8') };
  };
  const first = await told();
  expect(first.keys).not.toContain('"d"');
  expect(await told()).toEqual(first);

  await using resources = new AsyncDisposableStack();
  const { issuer } = await providerAt(folder.path, port, resources);
  const begin = async (changes: object) => {
    const query = new URLSearchParams({
      client_id: 'console',
      response_type: 'code',
      scope: 'openid profile',
      redirect_uri: 'http://127.0.0.1:3000/sign-in/back',
      code_challenge: 'c'.repeat(43),
      code_challenge_method: 'S256',
      ...changes,
    });
    const answer = await fetch(`${issuer}/auth?${query.toString()}`, { redirect: 'manual' });
    return `${answer.status} ${answer.headers.get('location')?.replace(/[?].*error=(\w+).*|[\w-]{20,}$/, '$1') ?? ''}`;
  };
  expect(await begin({})).toBe('303 /sign-in/');
  expect(await begin({ redirect_uri: 'https://elsewhere.test/' })).toBe('400 ');
  expect(await begin({ client_id: 'other' })).toBe('400 ');
  expect(await begin({ code_challenge: '' })).toMatch('invalid_request');
});
