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
import { z } from 'zod';
import {
  createDevelopmentPki,
  startBackingServices,
  startLeash,
  type BackingServices,
} from '../src/index.ts';
import { readBackingEnvironment } from '../src/backing/backing-environment.ts';
import { askEngine, findEngine } from '../src/backing/container-engine.ts';
import { hasImage } from '../src/backing/container-image.ts';
import { dirLabel, removeOldVolumes } from '../src/backing/container-leftovers.ts';
import { kafkaVersion } from '../src/backing/kafka-jars.ts';
import { LeashRecord } from '../src/leash/leash-record.ts';
import { isRunning } from '../src/leash/process-identity.ts';

const index = new URL('../src/index.ts', import.meta.url).href;

const engine = await findEngine(readBackingEnvironment(process.env)); // oxlint-disable-line node/no-process-env -- as a start finds it
const images = ['postgres:18', 'redis:8', `apache/kafka:${kafkaVersion}`, 'ssp-openldap'];
// The run's own services were started before, and have got what is to be had.
const canContain =
  engine !== undefined && (await Promise.all(images.map((it) => hasImage(engine, it)))).every(Boolean);
const localPrograms = ['Kafka', 'OpenLDAP', 'Postgres', 'Redis'];
const ways = [
  { source: 'local', leashed: localPrograms },
  // Where there is no Docker engine, or it cannot get images, there is nothing to be promised of containers.
  ...(canContain ? [{ source: 'container', leashed: ['containers'] } as const] : []),
] as const;

// The promise is about what is started, also where addresses are at hand.
beforeEach(() => {
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
  await Promise.race([
    once(createInterface({ input: owner.stdout }), 'line'),
    once(owner, 'exit').then(([status]) => expect.unreachable(`the start ended with ${String(status)}`)),
  ]);
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

async function containersOf(dir: string): Promise<readonly unknown[]> {
  if (engine === undefined) return [];
  const filters = encodeURIComponent(JSON.stringify({ label: [`${dirLabel}=${dir}`] }));
  const { body } = await askEngine(engine, 'GET', `/containers/json?all=true&filters=${filters}`);
  return z.array(z.unknown()).parse(JSON.parse(body));
}

/** Kills what runs in the container of an image, as a crash does; the engine itself takes a kill for an order. */
async function crash(dir: string, image: string): Promise<void> {
  if (engine === undefined) return;
  const filters = encodeURIComponent(JSON.stringify({ label: [`${dirLabel}=${dir}`], ancestor: [image] }));
  const { body } = await askEngine(engine, 'GET', `/containers/json?filters=${filters}`);
  const [{ Id } = { Id: '' }] = z.array(z.object({ Id: z.string() })).parse(JSON.parse(body));
  const inspected = await askEngine(engine, 'GET', `/containers/${Id}/json`);
  const { State } = z.object({ State: z.object({ Pid: z.int() }) }).parse(JSON.parse(inspected.body));
  expect(State.Pid).toBeGreaterThan(1);
  process.kill(State.Pid, 'SIGKILL');
}

async function removeVolumes(dir: string): Promise<void> {
  if (engine !== undefined) await removeOldVolumes(engine, dir, 'none of them');
}

const entry = 'uniqueIdentifier=200000000359,ou=Services,o=nhs';

test.for(ways)(
  'what runs ends with a start that is killed, and the next start finds data and addresses as they were: $source',
  { timeout: 600_000 },
  async ({ source, leashed }) => {
    await using resources = new AsyncDisposableStack();
    vi.stubEnv('SSP_BACKING', source);
    const dir = await temporaryDir(resources);
    resources.defer(() => removeVolumes(dir));
    const killed = await startAndKill(dir);
    expect(killed.processes.map((it) => it.name).toSorted()).toEqual(leashed);
    await vi.waitFor(() => expect(killed.processes.filter(isRunning)).toEqual([]), 60_000);
    expect(await containersOf(dir)).toEqual([]);

    const first = new AsyncDisposableStack();
    const before = await start(dir, first);
    expect(Object.values(before).map((it) => it.source)).toEqual(Array(4).fill(source));
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

    const redis = new Redis(after.redis.url, { lazyConnect: true });
    redis.on('error', () => undefined);
    resources.defer(() => redis.disconnect());
    await redis.set('kept', 'yes');
    // A crash and a restart, as tests of failure stage them with local programs.
    await after.redis.program?.kill();
    await after.redis.program?.start();
    // Only root may kill what a container runs, which the engine then starts again by itself.
    if (source === 'container' && process.getuid?.() === 0) await crash(dir, 'redis:8');
    await vi.waitFor(async () => expect(await redis.get('kept')).toBe('yes'), 60_000);
  },
);
