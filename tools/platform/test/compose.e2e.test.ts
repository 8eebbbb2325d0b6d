import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '@ssp/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consoleHost } from '../src/compose/recipients.ts';
import { repositoryRoot } from '../src/paths.ts';
import { watchedServices } from '../src/watched-services.ts';
import { askWithin } from './compose/ask-within.ts';
import { browser } from './compose/browser.ts';
import { clockTests } from './compose/clock-tests.ts';
import { composeProject, lines } from './compose/containers.ts';
import { restoreTests } from './compose/restore-tests.ts';

// One platform in containers: the tests below are one story and run in its order.
const resources = new AsyncDisposableStack();
const directory = resources.use(await mkdtempDisposable(join(tmpdir(), 'compose-')));
const [edgePort, httpPort, consolePort] = [await findFreePort(), await findFreePort(), await findFreePort()];
const consoleUrl = `https://${consoleHost}:${consolePort}`;
const project = `ssp-test-${randomUUID().slice(0, 8)}`;
const settings = {
  SSP_EDGE_PORT: String(edgePort),
  SSP_EDGE_HTTP_PORT: String(httpPort),
  SSP_CONSOLE_PORT: String(consolePort),
  // A busy machine is no reason to refuse, nor to count alone.
  EDGE_AUTHZ_TIMEOUT_MS: '10000',
  EDGE_THROTTLE_TIMEOUT_MS: '10000',
  REDIS_TIMEOUT_MS: '1000',
};
const platform = composeProject(project, settings);
const { compose, containers, networks, leftOver } = platform;
const jobs = /^(setup|accounts|topics|sample|migrate-.*|load-.*)$/;
let printed = '';

beforeAll(async () => {
  await compose('build');
  await compose('up', '--detach', '--no-build');
  await compose('wait', 'sample');
  printed = await compose('logs', '--no-log-prefix', '--no-color', 'sample');
  await compose('cp', 'sample:/var/lib/ssp/.', directory.path);
});

afterAll(async () => {
  await compose('down', '--volumes', '--timeout', '20');
  await resources.disposeAsync();
}, 300_000);

async function sh(command: string) {
  const { stdout } = await promisify(execFile)('bash', ['-c', command], { cwd: repositoryRoot });
  const [body = '', status = ''] = stdout.split('\n');
  return { status, body };
}

/** The printed curl line, with other arguments in the place of some, and what it is answered. */
function curl(change: (line: string) => string = (line) => line) {
  const line = printed.match(/^curl .*?'$/ms)?.[0] ?? '';
  const own = line
    .replaceAll('.local/compose', directory.path)
    .replace('curl ', "curl -s -w '\\n%{http_code}' ");
  return sh(change(own));
}

/** Sends the request of the curl line; its trace id. */
async function sendOne(): Promise<string> {
  const traceId = randomUUID();
  const answer = await curl((line) => line.replace(/Ssp-TraceID: [^']+/, `Ssp-TraceID: ${traceId}`));
  expect(answer.status).toBe('200');
  expect(JSON.parse(answer.body)).toMatchObject({ resourceType: 'Bundle' });
  return traceId;
}

/** Whether the audit, as auditors see it, has a request. */
async function isAudited(traceId: string): Promise<boolean> {
  return (await page('auditor', `/audit?traceId=${traceId}`)).html.includes('gpc.getstructuredrecord-1');
}

async function page(user: string, path: string) {
  const people = /^ {2}(\S+) +(\S+) +/gm;
  const password = Array.from(printed.matchAll(people)).find(([, name]) => name === user)?.[2] ?? '';
  const ca = await readFile(join(directory.path, 'platform-ca.pem'), 'utf8');
  return browser(ca, { user, password })(`${consoleUrl}${path}`);
}

test('every job has ended well, and every other container is healthy', async () => {
  const states = (await containers()).map(({ service, State }) => ({
    service,
    state: jobs.test(service) ? `${State.Status} ${State.ExitCode}` : State.Health?.Status,
  }));
  expect(states.length).toBeGreaterThan(25);
  expect(
    states.filter(({ service, state }) => state !== (jobs.test(service) ? 'exited 0' : 'healthy')),
  ).toEqual([]);
});

test('no container is root, may write to its image, gains rights or goes without limits', async () => {
  const loose = (await containers()).filter(({ Config, HostConfig: host }) => {
    const isRoot = /^(|0|root)(:|$)/.test(Config.User);
    const isShut = host.ReadonlyRootfs && !host.Privileged && host.CapDrop?.includes('ALL') === true;
    const isLimited = host.Memory > 0 && host.NanoCpus > 0 && (host.PidsLimit ?? 0) > 0;
    return isRoot || !isShut || !isLimited || !host.SecurityOpt?.includes('no-new-privileges:true');
  });
  expect(loose.map(({ service }) => service)).toEqual([]);
});

test('no container has a volume without a name, which nobody would find again to remove it', async () => {
  const unnamed = (await containers()).flatMap(({ service, Mounts }) =>
    Mounts.filter(({ Type, Name }) => Type === 'volume' && !/^ssp-test-\w+_/.test(Name ?? '')).map(
      ({ Destination }) => `${service} ${Destination}`,
    ),
  );
  expect(unnamed).toEqual([]);
});

test('only the doors are published, on loopback alone, and only the edge reaches providers', async () => {
  const published = (await containers()).flatMap(({ service, NetworkSettings }) =>
    Object.values(NetworkSettings.Ports).flatMap((ports) =>
      (ports ?? []).map(({ HostIp, HostPort }) => `${service} ${HostIp}:${HostPort}`),
    ),
  );
  expect(new Set(published)).toEqual(
    new Set([`edge 127.0.0.1:${edgePort}`, `edge 127.0.0.1:${httpPort}`, `door 127.0.0.1:${consolePort}`]),
  );
  const found = await networks();
  const outward = found
    .filter(({ Internal }) => !Internal)
    .flatMap(({ Containers }) =>
      Object.values(Containers).map(({ Name }) => Name.replace(/^ssp-test-\w+-/, '')),
    );
  expect(outward.toSorted()).toEqual(['door-1', 'edge-1', 'sample-provider-1']);
  expect(found.filter(({ Internal }) => Internal)).toHaveLength(1);
});

test('the printed curl line gets a patient record, which audit and billing show in the console', async () => {
  const traceId = await sendOne();
  await expect.poll(() => isAudited(traceId)).toBe(true);
  await expect.poll(async () => (await page('billing', '/usage')).html).toContain('GP System 2');
});

const files = '--cert /run/secrets/tls.pem --key /run/secrets/tls.key.pem --cacert /run/secrets/ca.pem';

test('throttle counts in Redis by its own account', async () => {
  const ask = `REDISCLI_AUTH=$(cat /run/secrets/password) redis-cli --user throttle --tls ${files} info commandstats`;
  expect(await compose('exec', '--no-TTY', 'redis', 'sh', '-c', ask)).toMatch(
    /^cmdstat_(eval|evalsha|fcall):/m,
  );
});

/** What the administrator of Postgres is answered, by lines. */
async function askPostgres(sql: string) {
  const as = 'host=127.0.0.1 user=postgres dbname=ssp';
  const script = `PGPASSWORD=$(cat /run/secrets/password) psql --tuples-only --no-align "${as}" --command "${sql}"`;
  return lines(await compose('exec', '--no-TTY', 'postgres', 'sh', '-c', script));
}

test('every service signs in to Postgres as itself, and migrations own the tables', async () => {
  expect(
    await askPostgres(
      `select distinct usename from pg_stat_activity where application_name not in ('', 'psql') order by 1`,
    ),
  ).toEqual([
    'audit-writer',
    'authz',
    'authz-admin-api',
    'billing-aggregator',
    'query-api',
    'sync-sds',
    'throttle',
    'throttle-admin-api',
  ]);
  const owners = `select distinct pg_get_userbyid(relowner) from pg_class where relnamespace in ('authz'::regnamespace, 'throttle'::regnamespace, 'audit'::regnamespace, 'billing'::regnamespace)`;
  expect(await askPostgres(owners)).toEqual(['migrate']);
});

test('Kafka grants each service its part, and Redis lets nobody in without an account', async () => {
  expect(await compose('logs', '--no-log-prefix', '--no-color', 'topics')).toMatch(
    /"granted":\d+,"taken":\d+/,
  );
  const ask = `redis-cli --tls ${files} ping 2>&1`;
  expect(await compose('exec', '--no-TTY', 'redis', 'sh', '-c', ask)).toContain('NOAUTH');
});

test.for([
  {
    what: 'no certificate',
    status: '496',
    change: (line: string) => line.replace(/--cert \S+ --key \S+/, ''),
  },
  {
    what: 'a revoked certificate',
    status: '495',
    change: (line: string) => line.replaceAll('consumer-good', 'consumer-revoked'),
  },
  {
    what: "another's ASID",
    status: '403',
    change: (line: string) => line.replace('200000000359', '200000000360'),
  },
])('$what is answered $status', async ({ status, change }) => {
  expect((await curl(change)).status).toBe(status);
});

test('operators see every service at work', async () => {
  const { status, html } = await page('operator', '/operation');
  expect(status).toBe(200);
  for (const service of watchedServices) {
    expect(html).toContain(service);
  }
  expect(html).not.toContain('No answer');
});

const within = (service: string) => compose.bind(undefined, 'exec', '--no-TTY', service);

test.for([
  { who: 'without a certificate', isCertified: false, answer: /ECONNRESET|certificate required/ },
  { who: 'by the name of another service', isCertified: true, answer: /^403$/m },
])('authz serves nobody $who', async ({ isCertified, answer }) => {
  expect(await askWithin(within('console'), 'https://authz:7001/', { isCertified })).toMatch(answer);
});

test.for([
  { who: 'the console its health and figures', from: 'console', isCertified: true, figures: '200' },
  { who: 'another service its health alone', from: 'authz', isCertified: true, figures: '403' },
  { who: 'who shows no certificate its health alone', from: 'console', isCertified: false, figures: '403' },
])('the edge tells $who', async ({ from, isCertified, figures }) => {
  const ask = (path: string) => askWithin(within(from), `https://edge:9100${path}`, { isCertified });
  expect(await ask('/readyz')).toMatch(/^200\n/);
  expect((await ask('/metrics')).split('\n', 1)).toEqual([figures]);
});

test('no container finds secrets of another', async () => {
  const seen = await compose('exec', '--no-TTY', 'billing-aggregator', 'ls', '/run/secrets');
  expect(seen.trim().split('\n').toSorted()).toEqual([
    'ca.pem',
    'postgres-password',
    'tls.key.pem',
    'tls.pem',
  ]);
});

test('stopped and started again it goes on with its data', async () => {
  const traceId = await sendOne();
  await expect.poll(() => isAudited(traceId)).toBe(true);
  await compose('down', '--timeout', '30');
  await compose('up', '--detach', '--no-build');
  await compose('wait', 'sample');
  expect(await isAudited(traceId)).toBe(true);
  expect((await curl()).status).toBe('200');
}, 600_000);

restoreTests({ ...platform, folder: directory.path, askPostgres, sendOne, isAudited });
clockTests(composeProject(project, { ...settings, SSP_NTP_SERVERS: 'time-1:1123,time-2:1123,time-3:1123' }));

test('down --volumes leaves nothing', async () => {
  await compose('down', '--volumes', '--timeout', '20');
  expect(await leftOver()).toEqual([]);
}, 300_000);
