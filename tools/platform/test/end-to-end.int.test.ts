import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { platformPaths, repositoryRoot } from '../src/paths.ts';
import { readCard } from '../src/platform-card.ts';
import { commandLineTests } from './command-line-tests.ts';
import { consoleTests } from './console-tests.ts';
import { goodRequest, platformConsumer } from '../src/consumer.ts';
import { runExample, runnableExamples } from './examples.ts';
import { liveServices, openPorts, processesNaming } from './left-over.ts';
import { limitsTests } from './limits-tests.ts';
import { logsTests } from './logs-tests.ts';
import { metricsTests } from './metrics-tests.ts';
import { npmStart, npmStartBeside, type Started } from './npm-start.ts';
import { pagesTests } from './pages-tests.ts';
import { platformRecords } from './platform-records.ts';
import { startPlatformTime } from './platform-time.ts';
import { refusedRequests } from './refused-requests.ts';
import { traceTests } from './trace-tests.ts';
import { whoGoesFirst } from './who-goes-first.ts';
import { withholdForAWhile } from './withhold-for-a-while.ts';

// One platform, started twice: the tests below are one story and run in its order.
const resources = new AsyncDisposableStack();
const directory = resources.use(await mkdtempDisposable(join(tmpdir(), 'platform-')));
const dir = join(directory.path, 'local');
let platform: Started;
const records = platformRecords(() => platform.card);
const { query, auditOf, changesAudited, billableCounted } = records;

beforeAll(async () => {
  platform = await npmStart(dir);
}, 420_000);

afterAll(async () => {
  const { exitCode, signalCode, pid } = platform.npm;
  if (exitCode === null && signalCode === null) process.kill(-(pid ?? 0), 'SIGTERM');
  await vi.waitUntil(() => processesNaming(dir).length === 0, { timeout: 60_000, interval: 200 });
  await resources.disposeAsync();
}, 120_000);

test('the printed curl line gets a patient record, and one is counted', async () => {
  const line =
    platform.printed.match(/^curl .*?'$/ms)?.[0].replace('curl ', "curl -s -w '\\n%{http_code}' ") ?? '';
  const { stdout } = await promisify(execFile)('bash', ['-c', line], { cwd: repositoryRoot });
  const [body = '', status] = stdout.split('\n');
  expect(status).toBe('200');
  expect(JSON.parse(body)).toMatchObject({ resourceType: 'Bundle' });
  await vi.waitFor(async () => expect(await billableCounted()).toBe(1), { timeout: 60_000, interval: 100 });
});

test.for([
  { certificate: 'revoked', status: 495 },
  { certificate: 'expired', status: 495 },
  { certificate: 'untrusted', status: 495 },
  { certificate: 'wrongFqdn', status: 495 },
  { certificate: null, status: 496 },
] as const)('the $certificate certificate is answered $status', async ({ certificate, status }) => {
  const { card } = platform;
  const send = platformConsumer(card, certificate === null ? null : card.consumers[certificate], resources);
  expect((await send(goodRequest(card))).status).toBe(status);
});

test.for(refusedRequests)(
  '$fault is answered $status with the exact text, audited with its reason, and not billed',
  async ({ change, status, refusal, text }) => {
    const { card } = platform;
    const send = platformConsumer(card, card.consumers.good, resources);
    const asked = { ...goodRequest(card), ...change };
    const counted = await billableCounted();
    const answer = await send(asked);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(text(asked, card));
    await vi.waitFor(
      async () =>
        expect(await auditOf([asked.traceId])).toMatchObject([
          { kind: 'received' },
          { kind: 'completed', status, refusal },
        ]),
      { timeout: 60_000, interval: 100 },
    );
    expect(await billableCounted()).toBe(counted);
  },
);

test('the provider without an agreement is refused for want of one alone', async () => {
  const { card } = platform;
  const send = platformConsumer(card, card.consumers.good, resources);
  const { asid, interaction, endpoint } = card.noAgreement;
  const answer = await send({
    traceId: randomUUID(),
    from: card.consumers.good.asid,
    to: asid,
    interaction,
    url: `${endpoint}/x`,
  });
  expect(answer.status).toBe(403);
  expect(answer.body).toContain(
    `FOT_CHECK_FAILED_MESSAGESENDER_${card.consumers.good.asid}_MESSAGERECEIVER_${asid}`,
  );
});

test('2,000 requests, 32 at a time, are each audited once as a pair and counted once', async () => {
  const { card } = platform;
  const send = platformConsumer(card, card.consumers.good, resources);
  const before = await billableCounted();
  const asked = Array.from({ length: 2_000 }, () => goodRequest(card));
  const waiting = asked.values();
  const statuses = new Map<number, number>();
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      for (const next of waiting) {
        const { status } = await send(next);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }),
  );
  expect(statuses).toEqual(new Map([[200, 2_000]]));
  const traceIds = asked.map(({ traceId }) => traceId);
  await vi.waitFor(async () => expect(await billableCounted()).toBe(before + 2_000), {
    timeout: 60_000,
    interval: 200,
  });
  await vi.waitFor(
    async () => {
      const [pairs] = await query<{ events: string; pairs: string }>(
        `select count(*) as events, count(distinct (trace_id, kind)) as pairs from audit.event where trace_id = any($1)`,
        [traceIds],
      );
      expect(pairs).toEqual({ events: '4000', pairs: '4000' });
    },
    { timeout: 60_000, interval: 200 },
  );
});

test('one trace id finds its exchange through the audit API', async () => {
  const { card } = platform;
  const asked = goodRequest(card);
  await platformConsumer(card, card.consumers.good, resources)(asked);
  await vi.waitFor(
    async () => {
      const response = await fetch(`${card.auditApi}/v1/exchanges?traceId=${asked.traceId}`, {
        headers: { authorization: `Bearer ${card.tokens.auditor}` },
      });
      expect(response.status).toBe(200);
      expect(await response.text()).toContain(asked.traceId);
    },
    { timeout: 60_000, interval: 100 },
  );
});

consoleTests(() => platform.card);

test.for(runnableExamples())(
  'the $language example gets a patient and a record with one command, is audited, and says why it is refused',
  async ({ command }) => {
    const onPlatform = ['node', 'examples/on-local-platform.mjs', '--card', join(dir, 'platform.json')];
    const [good, refused] = await Promise.all([
      runExample([...onPlatform, ...command], {}),
      runExample([...onPlatform, ...command], { SSP_FROM: '200000000360' }),
    ]);
    expect(good).toMatchObject({ status: 0, err: '' });
    const ids = Array.from(good.out.matchAll(/^(?:GET|POST) 200 Bundle (\S+)$/gm), ([, id = '']) => id);
    expect(ids).toHaveLength(2);
    await vi.waitFor(
      async () => {
        const rows = await query<{ method: string; status: number }>(
          `select method, status from audit.exchange where internal_id = any($1) order by method`,
          [ids],
        );
        expect(rows).toEqual([
          { method: 'GET', status: 200 },
          { method: 'POST', status: 200 },
        ]);
      },
      { timeout: 60_000, interval: 100 },
    );
    expect(refused.status).toBe(1);
    expect(refused.err).toContain('GET 403 proxy: ASID_CHECK_FAILED_MESSAGESENDER_200000000360');
    expect(refused.err).toContain('POST 403 proxy: ASID_CHECK_FAILED_MESSAGESENDER_200000000360');
  },
);

const ssp = (...args: readonly string[]) =>
  runExample(['npm', 'run', '-s', 'ssp', '--', ...args, '--card', join(dir, 'platform.json')], {});

commandLineTests({ ssp, auditOf });

test('what an operator withholds by the command line is refused within a second, audited, and let through again', async () => {
  await using own = new AsyncDisposableStack();
  const { card } = platform;
  const { withinASecond } = startPlatformTime(card, own);
  const send = platformConsumer(card, card.consumers.good, resources);
  const ask = () => send(goodRequest(card));
  await expect(withholdForAWhile({ ssp, ask, changesAudited, withinASecond })).resolves.toBeUndefined();
});

pagesTests({ card: () => platform.card, dir });
traceTests({ card: () => platform.card, paths: platformPaths(repositoryRoot, dir), ssp, resources });

metricsTests({ card: () => platform.card });

limitsTests({ card: () => platform.card, directory: directory.path, ssp, records, resources });

test('only what a request waits for does not give way', () => {
  expect(whoGoesFirst(platform.card)).toEqual(['authz', 'edge', 'sample-provider', 'throttle']);
});

test('a second npm start says what runs, and breaks nothing', async () => {
  const { status, said } = await npmStartBeside(dir);
  expect(status).not.toBe(0);
  expect(said).toContain(platform.card.edge.https);
  const send = platformConsumer(platform.card, platform.card.consumers.good, resources);
  expect((await send(goodRequest(platform.card))).status).toBe(200);
});

test('a service that is killed is started again, and the card names the new process', async () => {
  const [old] = platform.card.services['throttle'] ?? [];
  // To kill 0 would be to kill the tests themselves.
  if (old === undefined) throw new Error('throttle does not run');
  process.kill(old.pid, 'SIGKILL');
  const send = platformConsumer(platform.card, platform.card.consumers.good, resources);
  await vi.waitFor(
    async () => {
      const card = await readCard(join(dir, 'platform.json'));
      expect(card?.services['throttle']?.[0]?.pid).not.toBe(old.pid);
      expect((await send(goodRequest(platform.card))).status).toBe(200);
    },
    { timeout: 60_000, interval: 200 },
  );
});

test('killed with -9 it leaves nothing running, and the next start goes on with its data', async () => {
  const { card } = platform;
  const asked = goodRequest(card);
  await platformConsumer(card, card.consumers.good, resources)(asked);
  await vi.waitFor(async () => expect(await auditOf([asked.traceId])).toHaveLength(2), {
    timeout: 60_000,
    interval: 100,
  });
  process.kill(card.pid, 'SIGKILL');
  await vi.waitFor(() => expect(processesNaming(dir)).toEqual([]), { timeout: 60_000, interval: 200 });
  await vi.waitFor(() => expect(liveServices(card)).toEqual([]), { timeout: 60_000, interval: 200 });
  await vi.waitFor(async () => expect(await openPorts(card)).toEqual([]), { timeout: 60_000, interval: 200 });
  platform = await npmStart(dir);
  expect(await auditOf([asked.traceId])).toHaveLength(2);
  const send = platformConsumer(platform.card, platform.card.consumers.good, resources);
  expect((await send(goodRequest(platform.card))).status).toBe(200);
}, 200_000);

test('an npm that is killed with -9 takes everything with it', async () => {
  const { card, npm } = platform;
  npm.kill('SIGKILL');
  await vi.waitFor(() => expect(processesNaming(dir)).toEqual([]), { timeout: 60_000, interval: 200 });
  await vi.waitFor(async () => expect(await openPorts(card)).toEqual([]), { timeout: 60_000, interval: 200 });
  platform = await npmStart(dir);
}, 200_000);

test('Ctrl-C ends it with nothing running, no port open and no card', async () => {
  const { card, npm } = platform;
  const exited = once(npm, 'exit');
  process.kill(-(npm.pid ?? 0), 'SIGINT');
  await exited;
  expect(processesNaming(dir)).toEqual([]);
  expect(liveServices(card)).toEqual([]);
  expect(await openPorts(card)).toEqual([]);
  expect(await readCard(join(dir, 'platform.json'))).toBeNull();
});

logsTests(() => platform.card, platformPaths(repositoryRoot, dir));
