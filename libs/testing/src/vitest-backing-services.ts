import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startBackingServices, type BackingServices } from './backing/backing-services.ts';
import { startLeash } from './leash/leash.ts';
import { createDevelopmentPki } from './pki/development-pki.ts';
import type { DevelopmentPki } from './pki/pki-paths.ts';

/** What the integration tests of one run share: addresses only, as it crosses from process to process. */
export type ProvidedBackingServices = {
  readonly [Part in keyof BackingServices]: Omit<BackingServices[Part], 'program'>;
} & {
  readonly pki: DevelopmentPki;
};

declare module 'vitest' {
  interface ProvidedContext {
    backingServices: ProvidedBackingServices;
  }
}

/** Starts the backing services once for a whole run, on fresh data; what it returns ends them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using starting = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'ssp-test-'));
  starting.defer(() => rm(dir, { recursive: true, force: true }));
  const leash = await startLeash(dir, starting);
  const pki = await createDevelopmentPki(join(dir, 'pki'), { now: new Date() });
  const services = await startBackingServices(
    { dir, leash, pki, durable: false, report: (line) => process.stderr.write(`${line}\n`) },
    starting,
  );
  project.provide('backingServices', { ...withoutPrograms(services), pki });
  const resources = starting.move();
  return () => resources.disposeAsync();
}

function withoutPrograms({
  postgres,
  redis,
  kafka,
  ldap,
}: BackingServices): Omit<ProvidedBackingServices, 'pki'> {
  const { program: _postgres, ...postgresAddress } = postgres;
  const { program: _redis, ...redisAddress } = redis;
  const { program: _kafka, ...kafkaAddress } = kafka;
  const { program: _ldap, ...ldapAddress } = ldap;
  return { postgres: postgresAddress, redis: redisAddress, kafka: kafkaAddress, ldap: ldapAddress };
}
