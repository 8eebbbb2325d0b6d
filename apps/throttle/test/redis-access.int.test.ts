import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startLeash, startRedisServer } from '@ssp/testing';
import { Redis } from 'ioredis';
import { afterAll, expect, test } from 'vitest';
import { ask, onlyBurst, repeated, startRig } from './throttle-rig.ts';

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());
const access = join(import.meta.dirname, '../../../infra/redis');
const { path: dir } = resources.use(await mkdtempDisposable(join(tmpdir(), 'throttle-access-')));
const user = 'throttle';
const password = randomBytes(24).toString('base64url');
const passwordFile = join(dir, 'password');
await writeFile(passwordFile, `${password}\n`);
const redis = await startGuardedRedis();
const limits = [{ per: 'consumer', ...onlyBurst(5) }] as const;

/** Has the accounts of the file that production uses, and no others. */
async function startGuardedRedis() {
  const aclfile = join(dir, 'users.acl');
  const { stdout } = await promisify(execFile)('sh', [join(access, 'fill-users.sh'), passwordFile]);
  await writeFile(aclfile, stdout);
  return startRedisServer(
    {
      dir: join(dir, 'redis'),
      logFile: join(dir, 'redis.log'),
      settings: { aclfile },
      login: { user, password },
      leash: await startLeash(dir, resources),
    },
    resources,
  );
}

function clientOf(own: AsyncDisposableStack, login: { username?: string; password?: string }): Redis {
  const client = new Redis(redis.port, '127.0.0.1', {
    ...login,
    lazyConnect: true,
    enableReadyCheck: false,
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined);
  own.defer(() => client.disconnect());
  return client;
}

test('the account of throttle is enough for all it does: to admit, to refuse, to tell of both and to leave', async () => {
  await using own = new AsyncDisposableStack();
  const link = { url: `redis://${user}@127.0.0.1:${redis.port}`, passwordFile, hashTag: 'ssp' };
  const first = await startRig(own, limits, link);
  {
    await using brief = new AsyncDisposableStack();
    const second = await startRig(brief, limits, link);
    expect(await second.admit(repeated(4))).toMatchObject(
      [4, 3, 2, 1].map((remaining) => ({ admission: 'admit', counters: 'shared', remaining })),
    );
  }
  expect(await first.admit(repeated(2))).toMatchObject([
    { admission: 'admit', counters: 'shared', remaining: 0 },
    { admission: 'refuse', counters: 'shared' },
  ]);
  const told = () => first.use(ask.from);
  await expect.poll(told).toMatchObject({ consumers: [{ refusals: [{ rule: 'consumer' }] }] });
  expect(await first.service.health.report()).toMatchObject({ ready: true, checks: { redis: 'ok' } });
  // Whoever was not allowed to tell that it goes would be among them still, and what was refused elsewhere is in the statistics.
  const client = clientOf(own, { username: user, password });
  await expect.poll(() => client.zcard('{ssp}:throttle:processes')).toBe(1);
  expect(await client.info('errorstats')).not.toMatch(/errorstat_(NOPERM|ERR)/);
});

test.for([
  { deed: 'read what is not its own', command: ['GET', 'somebody'] },
  { deed: 'read what another tag holds', command: ['GET', '{other}:throttle:current'] },
  { deed: 'write what is not its own', command: ['SET', 'ssp:throttle:current', '1'] },
  { deed: 'reach it by a script', command: ['EVAL', "return redis.call('GET', 'somebody')", '0'] },
  { deed: 'delete by a script', command: ['EVAL', "return redis.call('FLUSHALL')", '0'] },
  { deed: 'list all keys', command: ['KEYS', '*'] },
  { deed: 'walk through all keys', command: ['SCAN', '0'] },
  { deed: 'empty it', command: ['FLUSHALL'] },
  { deed: 'read its settings', command: ['CONFIG', 'GET', '*'] },
  { deed: 'change its settings', command: ['CONFIG', 'SET', 'dir', '/'] },
  { deed: 'read its accounts', command: ['ACL', 'LIST'] },
  { deed: 'make an account', command: ['ACL', 'SETUSER', 'other', 'on', 'nopass', '+@all'] },
  { deed: 'watch what others send', command: ['MONITOR'] },
  { deed: 'forget its scripts', command: ['SCRIPT', 'FLUSH'] },
  { deed: 'copy it', command: ['REPLICAOF', '127.0.0.1', '1'] },
  { deed: 'stop it', command: ['SHUTDOWN'] },
])('the account of throttle may not $deed', async ({ command: [name = '', ...args] }) => {
  await using own = new AsyncDisposableStack();
  const client = clientOf(own, { username: user, password });
  await expect(client.call(name, ...args)).rejects.toThrow(
    /NOPERM|can't (run this command|access at least one of the keys)/,
  );
});

test('nobody is let in without the password, by another one, or by another name', async () => {
  await using own = new AsyncDisposableStack();
  await expect(clientOf(own, {}).call('PING')).rejects.toThrow('NOAUTH');
  for (const login of [
    { username: user },
    { username: user, password: 'wrong' },
    { username: 'default', password },
    { password },
  ]) {
    await expect(clientOf(own, login).call('PING')).rejects.toThrow(/NOAUTH|WRONGPASS/);
  }
});

test('a throttle by a wrong password counts alone, and says so', async () => {
  await using own = new AsyncDisposableStack();
  const wrong = join(dir, 'wrong');
  await writeFile(wrong, 'wrong-wrong-wrong');
  const link = { url: `redis://${user}@127.0.0.1:${redis.port}`, passwordFile: wrong, hashTag: 'ssp' };
  const { admit, service } = await startRig(own, limits, { ...link, withoutRedis: true });
  expect(await admit([ask])).toMatchObject([{ admission: 'admit', counters: 'local', remaining: 4 }]);
  expect(await service.health.report()).toMatchObject({
    checks: { redis: expect.stringContaining('counted in each process alone') },
  });
});

test('a short password is not taken', async () => {
  const short = join(dir, 'short');
  await writeFile(short, 'fifteen letters\n');
  const filled = promisify(execFile)('sh', [join(access, 'fill-users.sh'), short]);
  await expect(filled).rejects.toThrow('fewer than 16 characters');
});
