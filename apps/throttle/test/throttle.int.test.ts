import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { admissionsPath, answerBatch, ThrottleAnswer } from '@ssp/contracts';
import { createService } from '@ssp/service';
import { backingServices } from '@ssp/testing/vitest';
import { expect, test, vi } from 'vitest';
import { startThrottle } from '../src/throttle.ts';
import { breakableLink } from './breakable-link.ts';

const metadata = 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1';
const slots = 'urn:nhs:names:services:gpconnect:fhir:rest:search:slot-1';
const ask = { from: '200000000359', to: '918999198738', interactionId: metadata };
const repeated = (times: number) => Array.from({ length: times }, () => ask);
/** So little comes back that a test never sees it. */
const onlyBurst = (burst: number) => ({ perSecond: 0.001, burst });

async function start(resources: AsyncDisposableStack, limits: object, url = backingServices().redis.url) {
  const dir = resources.adopt(await mkdtemp(join(tmpdir(), 'throttle-')), (it) =>
    rm(it, { recursive: true }),
  );
  const limitsFile = join(dir, 'limits.json');
  await writeFile(limitsFile, JSON.stringify(limits));
  const service = createService('throttle', resources);
  const { port } = await startThrottle(
    {
      listen: { host: '127.0.0.1', port: 0, tls: null },
      redis: { url, passwordFile: undefined, timeoutMs: 50 },
      limitsFile,
      hashTag: randomUUID(),
    },
    service,
  );
  service.health.started();
  const post = (body: unknown) =>
    fetch(`http://127.0.0.1:${port}${admissionsPath}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const admit = async (asks: readonly unknown[]) =>
    answerBatch(ThrottleAnswer).parse(await (await post({ asks })).json()).answers;
  return { service, post, admit };
}

test('eight clients at once get exactly what the limit allows', async () => {
  await using resources = new AsyncDisposableStack();
  const { admit } = await start(resources, { consumer: onlyBurst(100) });
  const client = async () => {
    const answers: ThrottleAnswer[] = [];
    for (let batch = 0; batch < 10; batch += 1) answers.push(...(await admit(repeated(5))));
    return answers;
  };
  const answers = (await Promise.all(Array.from({ length: 8 }, client))).flat();
  const admitted = answers.filter(({ admission }) => admission === 'admit');
  expect([admitted.length, answers.length]).toEqual([100, 400]);
  const remaining = admitted.map((answer) => ('remaining' in answer ? answer.remaining : -1));
  expect(new Set(remaining).size).toBe(100);
});

test('a refusal by one limit uses up no other', async () => {
  await using resources = new AsyncDisposableStack();
  const { admit } = await start(resources, {
    consumer: onlyBurst(10),
    provider: onlyBurst(3),
    providers: { '918999198993': onlyBurst(1_000) },
  });
  const first = await admit(repeated(7));
  expect(first.filter(({ admission }) => admission === 'admit')).toHaveLength(3);
  expect(first[6]).toMatchObject({ admission: 'refuse', scope: 'provider', limit: 3, remaining: 0 });
  expect(await admit([{ ...ask, to: '918999198993' }])).toMatchObject([
    { admission: 'admit', limit: 10, remaining: 6 },
  ]);
});

test.for([
  { name: 'consumer', limits: { consumer: onlyBurst(2) }, scope: 'consumer' },
  { name: 'named consumer', limits: { consumers: { [ask.from]: onlyBurst(2) } }, scope: 'consumer' },
  {
    name: 'interaction of each consumer',
    limits: { interactions: [{ interactionId: metadata, limit: onlyBurst(2) }] },
    scope: 'consumer',
  },
  {
    name: 'interaction of a named consumer',
    limits: {
      interactions: [
        { interactionId: metadata, limit: onlyBurst(9) },
        { interactionId: metadata, consumer: ask.from, limit: onlyBurst(2) },
      ],
    },
    scope: 'consumer',
  },
  { name: 'provider', limits: { provider: onlyBurst(2) }, scope: 'provider' },
  { name: 'named provider', limits: { providers: { [ask.to]: onlyBurst(2) } }, scope: 'provider' },
  { name: 'global', limits: { global: onlyBurst(2) }, scope: 'global' },
])('the limit of the $name is kept, and told', async ({ limits, scope }) => {
  await using resources = new AsyncDisposableStack();
  const { admit } = await start(resources, limits);
  expect(await admit([ask, ask, ask])).toMatchObject([
    { admission: 'admit', limit: 2, remaining: 1, resetSeconds: 1_000 },
    { admission: 'admit', limit: 2, remaining: 0, resetSeconds: 2_000 },
    {
      admission: 'refuse',
      scope,
      limit: 2,
      remaining: 0,
      resetSeconds: 2_000,
      retryAfterSeconds: 1_000,
    },
  ]);
});

test('a limit on one interaction leaves the others alone', async () => {
  await using resources = new AsyncDisposableStack();
  const { admit } = await start(resources, {
    interactions: [{ interactionId: metadata, limit: onlyBurst(1) }],
  });
  const answers = await admit([ask, ask, { ...ask, interactionId: slots }]);
  expect(answers.map(({ admission }) => admission)).toEqual(['admit', 'refuse', 'admit']);
});

test('a bad ask spoils only itself, and answers keep the order of the asks', async () => {
  await using resources = new AsyncDisposableStack();
  const { admit } = await start(resources, { consumers: { [ask.from]: onlyBurst(1) } });
  const answers = await admit([{ from: 'nobody' }, ask, null, ask, { ...ask, from: '200000000360' }]);
  expect(answers.map(({ admission }) => admission)).toEqual([
    'unreadable',
    'admit',
    'unreadable',
    'refuse',
    'admit',
  ]);
});

test.for([{ body: { asks: 'none' } }, { body: [] }, { body: { asks: repeated(257) } }])(
  'what is no batch is answered 400 (%#)',
  async ({ body }) => {
    await using resources = new AsyncDisposableStack();
    const { post } = await start(resources, {});
    expect((await post(body)).status).toBe(400);
  },
);

test.for(['cut', 'stall'] as const)(
  'with Redis gone (%s) answers are a quick 503 until it is back',
  async (how) => {
    await using resources = new AsyncDisposableStack();
    const link = await breakableLink(backingServices().redis.url, resources);
    const { admit, post, service } = await start(resources, { consumer: onlyBurst(50) }, link.url);
    expect(await admit([ask])).toMatchObject([{ admission: 'admit' }]);
    expect(await service.health.report()).toMatchObject({ ready: true });

    await link[how]();
    const startedMs = performance.now();
    const statuses = await Promise.all(
      Array.from({ length: 8 }, async () => (await post({ asks: [ask] })).status),
    );
    expect(performance.now() - startedMs).toBeLessThan(500);
    expect(new Set(statuses)).toEqual(new Set([503]));
    expect(await service.health.report()).toMatchObject({ ready: false });
    expect(await service.metrics.metrics()).toMatch(
      /ssp_throttle_asks_total\{answer="unavailable",scope=""\} 8/,
    );

    await link.mend();
    await expect.poll(async () => (await post({ asks: [ask] })).status, { timeout: 10_000 }).toBe(200);
    await vi.waitFor(async () => expect(await service.health.report()).toMatchObject({ ready: true }));
    const [last] = await admit([ask]);
    // The asks of the outage were not counted late: two before and after, and this one.
    expect(last).toMatchObject({ admission: 'admit', remaining: 47 });
  },
);

test('it starts without Redis, not ready, and serves once Redis is there', async () => {
  await using resources = new AsyncDisposableStack();
  const link = await breakableLink(backingServices().redis.url, resources);
  await link.cut();
  const { post, service } = await start(resources, {}, link.url);
  expect((await post({ asks: [ask] })).status).toBe(503);
  expect(await service.health.report()).toMatchObject({ ready: false });
  await link.mend();
  await expect.poll(async () => (await post({ asks: [ask] })).status, { timeout: 10_000 }).toBe(200);
});
