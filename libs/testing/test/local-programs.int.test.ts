import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { Attribute, Change, Client as LdapClient } from 'ldapts';
import { Client as PostgresClient } from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  createDevelopmentPki,
  startBackingServices,
  startLeash,
  type BackingServices,
} from '../src/index.ts';
import { LeashRecord } from '../src/leash/leash-record.ts';
import { isRunning } from '../src/leash/process-identity.ts';

const index = new URL('../src/index.ts', import.meta.url).href;

// The promise is about local programs, also where Docker or addresses are at hand.
beforeEach(() => {
  vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
  for (const part of ['POSTGRES_URL', 'REDIS_URL', 'KAFKA_BROKERS', 'LDAP_URL'])
    vi.stubEnv(`SSP_${part}`, '');
});
afterEach(() => vi.unstubAllEnvs());

async function temporaryDir(resources: AsyncDisposableStack): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'ssp-backing-'));
  resources.defer(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

async function start(dir: string, resources: AsyncDisposableStack): Promise<BackingServices> {
  const leash = await startLeash(dir, resources);
  const pki = await createDevelopmentPki(join(dir, 'pki'), { now: new Date() });
  return startBackingServices({ dir, leash, pki, report: () => undefined }, resources);
}

/** Starts the backing services in another process, and kills that as soon as they answer. */
async function startAndKill(dir: string): Promise<LeashRecord> {
  const script = `
    import { createDevelopmentPki, startBackingServices, startLeash } from ${JSON.stringify(index)};
    const dir = ${JSON.stringify(dir)};
    const resources = new AsyncDisposableStack();
    const leash = await startLeash(dir, resources);
    const pki = await createDevelopmentPki(dir + '/pki', { now: new Date() });
    await startBackingServices({ dir, leash, pki, report: () => {} }, resources);
    console.log('ready');
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(createInterface({ input: owner.stdout }), 'line');
  const record = LeashRecord.parse(JSON.parse(await readFile(join(dir, 'processes.json'), 'utf8')));
  owner.kill('SIGKILL');
  return record;
}

async function sql(services: BackingServices, statement: string): Promise<readonly unknown[]> {
  const client = new PostgresClient({ connectionString: services.postgres.url });
  await client.connect();
  const { rows } = await client.query(statement);
  await client.end();
  return rows;
}

async function asAdmin<T>({ ldap }: BackingServices, use: (client: LdapClient) => Promise<T>): Promise<T> {
  const client = new LdapClient({ url: ldap.url, tlsOptions: { ca: await readFile(ldap.caFile) } });
  await client.bind(ldap.adminDn, ldap.adminPassword);
  const result = await use(client);
  await client.unbind();
  return result;
}

const entry = 'uniqueIdentifier=200000000359,ou=Services,o=nhs';

test(
  'programs end with a start that is killed, and the next start finds data and addresses as they were',
  {
    timeout: 240_000,
  },
  async () => {
    await using resources = new AsyncDisposableStack();
    const dir = await temporaryDir(resources);
    const killed = await startAndKill(dir);
    expect(killed.processes.map((it) => it.name).toSorted()).toEqual([
      'Kafka',
      'OpenLDAP',
      'Postgres',
      'Redis',
    ]);
    await vi.waitFor(() => expect(killed.processes.filter(isRunning)).toEqual([]), 15_000);

    const first = new AsyncDisposableStack();
    const before = await start(dir, first);
    await sql(before, 'create table kept (); select');
    const change = new Change({
      operation: 'replace',
      modification: new Attribute({ type: 'nhsProductName', values: ['Changed'] }),
    });
    await asAdmin(before, (client) => client.modify(entry, change));
    await first.disposeAsync();

    const after = await start(dir, resources);
    expect(after.kafka.brokers).toEqual(before.kafka.brokers);
    expect([after.postgres.url, after.redis.url, after.ldap.url]).toEqual([
      before.postgres.url,
      before.redis.url,
      before.ldap.url,
    ]);
    await sql(after, 'select from kept');
    const found = await asAdmin(after, (client) => client.search(entry, { scope: 'base' }));
    expect(found.searchEntries[0]?.['nhsProductName']).toBe('Changed');

    // A crash and a restart, as tests of failure stage them.
    const redis = new Redis(after.redis.url, { lazyConnect: true });
    redis.on('error', () => undefined);
    resources.defer(() => redis.disconnect());
    await redis.set('kept', 'yes');
    await after.redis.program?.kill();
    await after.redis.program?.start();
    expect(await redis.get('kept')).toBe('yes');
  },
);
