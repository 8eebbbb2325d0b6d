import { type RedisServer, startLeash, startRedisServer } from '@ssp/testing';
import { backingServices } from '@ssp/testing/vitest';
import { copyFile, mkdtemp, mkdtempDisposable, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { ask, onlyBurst, repeated, startRig } from './throttle-rig.ts';

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());
const { pki } = backingServices();
const redis = await startTlsRedis();
const limits = [{ per: 'consumer', ...onlyBurst(5) }] as const;
const sound = { caFile: pki.ca, certFile: pki.internal.cert, keyFile: pki.internal.key };

/** Takes connections of those alone who show a certificate of our PKI. */
async function startTlsRedis(): Promise<RedisServer> {
  const dir = await mkdtemp(join(tmpdir(), 'throttle-tls-'));
  resources.defer(() => rm(dir, { recursive: true, force: true }));
  const { cert, key } = pki.internal;
  const tls = { ca: pki.ca, cert, key };
  const leash = await startLeash(dir, resources);
  return startRedisServer({ dir, logFile: join(dir, 'redis.log'), tls, leash }, resources);
}

test('two processes count together in a Redis that asks for their certificate', async () => {
  await using own = new AsyncDisposableStack();
  const first = await startRig(own, limits, { url: redis.url, files: sound });
  const rig = { url: redis.url, files: sound, hashTag: first.hashTag };
  const second = await startRig(own, limits, rig);
  expect(await first.admit(repeated(3))).toMatchObject(
    [4, 3, 2].map((remaining) => ({ admission: 'admit', counters: 'shared', remaining })),
  );
  expect(await second.admit(repeated(3))).toMatchObject([
    { admission: 'admit', counters: 'shared', remaining: 1 },
    { admission: 'admit', counters: 'shared', remaining: 0 },
    { admission: 'refuse', counters: 'shared' },
  ]);
});

test.for([
  {
    what: 'shows no certificate',
    files: { ...sound, certFile: null, keyFile: null },
  },
  {
    what: 'does not know the CA of Redis',
    files: { ...sound, caFile: null },
  },
])('a throttle that $what counts alone, and says so', async ({ files }) => {
  await using own = new AsyncDisposableStack();
  const { admit, service } = await startRig(own, limits, { url: redis.url, files, withoutRedis: true });
  expect(await admit([ask])).toMatchObject([{ admission: 'admit', counters: 'local', remaining: 4 }]);
  expect(await service.health.report()).toMatchObject({
    ready: true,
    checks: { redis: expect.stringContaining('counted in each process alone') },
  });
});

test('a renewed certificate is shown with the next connection, without a restart', async () => {
  await using own = new AsyncDisposableStack();
  const { path } = own.use(await mkdtempDisposable(join(tmpdir(), 'throttle-renewed-')));
  const files = { ...sound, certFile: join(path, 'cert.pem'), keyFile: join(path, 'key.pem') };
  const put = async ({ cert, key }: typeof pki.internal) => {
    await copyFile(cert, files.certFile);
    await copyFile(key, files.keyFile);
  };
  await put(pki.consumers.untrusted);
  const { admit } = await startRig(own, limits, { url: redis.url, files, withoutRedis: true });
  expect(await admit([ask])).toMatchObject([{ counters: 'local' }]);
  await put(pki.internal);
  await vi.waitFor(async () => expect(await admit([ask])).toMatchObject([{ counters: 'shared' }]), {
    timeout: 60_000,
    interval: 100,
  });
});
