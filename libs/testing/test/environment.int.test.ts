import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { SetupError, startBackingServices, startLeash, type BackingServices } from '../src/index.ts';
import { readLeashRecord } from '../src/leash/leash-record.ts';
import { backingServices } from '../src/vitest.ts';

afterEach(() => vi.unstubAllEnvs());

function nameRunningServices(): void {
  const { postgres, redis, kafka, ldap } = backingServices();
  vi.stubEnv('SSP_POSTGRES_URL', postgres.url);
  vi.stubEnv('SSP_REDIS_URL', redis.url);
  vi.stubEnv('SSP_KAFKA_BROKERS', kafka.brokers.join(','));
  vi.stubEnv('SSP_LDAP_URL', ldap.url);
  vi.stubEnv('SSP_LDAP_ADMIN_DN', ldap.adminDn);
  vi.stubEnv('SSP_LDAP_ADMIN_PASSWORD', ldap.adminPassword);
  vi.stubEnv('SSP_LDAP_CA_FILE', ldap.caFile);
}

async function start(resources: AsyncDisposableStack): Promise<{ dir: string; services: BackingServices }> {
  const dir = await mkdtemp(join(tmpdir(), 'ssp-environment-'));
  resources.defer(() => rm(dir, { recursive: true }));
  const leash = await startLeash(dir, resources);
  const options = { dir, leash, pki: backingServices().pki, report: () => undefined };
  return { dir, services: await startBackingServices(options, resources) };
}

test('addresses in the environment are used, and nothing is started', async () => {
  await using resources = new AsyncDisposableStack();
  nameRunningServices();
  const { dir, services } = await start(resources);
  expect(Object.values(services).map((it) => it.source)).toEqual(Array(4).fill('environment'));
  expect(services.postgres).toMatchObject({
    url: backingServices().postgres.url,
    database: 'ssp',
    passwordFile: join(dir, 'postgres', 'password'),
  });
  expect(readLeashRecord(dir)?.processes).toEqual([]);
});

test.for([
  {
    name: 'SSP_POSTGRES_URL',
    value: 'postgres://ssp:wrong@127.0.0.1:1/ssp',
    expected: '127.0.0.1:1 does not',
  },
  { name: 'SSP_REDIS_URL', value: 'redis://127.0.0.1:1', expected: '127.0.0.1:1 does not answer' },
  { name: 'SSP_KAFKA_BROKERS', value: '127.0.0.1:1', expected: '127.0.0.1:1 does not answer' },
  { name: 'SSP_LDAP_ADMIN_PASSWORD', value: 'wrong', expected: 'with the CA and password given' },
  { name: 'SSP_LDAP_URL', value: 'ldap://127.0.0.1:1', expected: 'SSP_LDAP_URL: Invalid URL' },
])('an address that does not answer is one line about $name', async ({ name, value, expected }) => {
  await using resources = new AsyncDisposableStack();
  nameRunningServices();
  vi.stubEnv(name, value);
  const failure = await start(resources).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(SetupError);
  expect(String(failure)).toContain(expected);
  expect(String(failure)).not.toContain('\n');
});
