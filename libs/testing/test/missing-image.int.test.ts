import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { startBackingServices, startLeash } from '../src/index.ts';
import { startStubEngine } from '../src/backing/stub-engine.ts';
import { backingServices } from '../src/vitest.ts';

afterEach(() => vi.unstubAllEnvs());

test('an image that is not to be had gives way to a local program, and one line says why', async () => {
  await using resources = new AsyncDisposableStack();
  const { postgres, kafka, ldap, pki } = backingServices();
  vi.stubEnv('SSP_POSTGRES_URL', postgres.url);
  vi.stubEnv('SSP_REDIS_URL', '');
  vi.stubEnv('SSP_BACKING', '');
  vi.stubEnv('SSP_KAFKA_BROKERS', kafka.brokers.join(','));
  vi.stubEnv('SSP_LDAP_URL', ldap.url);
  vi.stubEnv('SSP_LDAP_ADMIN_DN', ldap.adminDn);
  vi.stubEnv('SSP_LDAP_ADMIN_PASSWORD', ldap.adminPassword);
  vi.stubEnv('SSP_LDAP_CA_FILE', ldap.caFile);
  vi.stubEnv('DOCKER_HOST', await startStubEngine({ images: [], registry: 'away' }, resources));
  const dir = await mkdtemp(join(tmpdir(), 'ssp-image-'));
  resources.defer(() => rm(dir, { recursive: true }));
  const leash = await startLeash(dir, resources);
  const lines: string[] = [];
  const services = await startBackingServices(
    { dir, leash, pki, report: (line) => lines.push(line) },
    resources,
  );
  expect(services.redis.source).toBe('local');
  expect(lines.filter((line) => line.includes('redis:8'))).toEqual([
    'Pulling redis:8 ...',
    expect.stringMatching(
      /^Redis: the image redis:8 is not to be had, .*local program.*\(.*no such host.*\)/,
    ),
  ]);
});
