import { type BreakableLink, breakableLink, startOwnTime } from '@ssp/testing';
import { backingServices } from '@ssp/testing/vitest';
import { expect, test } from 'vitest';
import { connectRedis } from './twins.ts';
import { ask, onlyBurst, otherProvider, repeated, startRig } from './throttle-rig.ts';

/** The edge waits so long. Redis is waited for `timeoutMs`; the rest is for clients and throttle on one busy machine. */
const boundMs = 1_000;
const timeoutMs = 200;
const processesMin = 5;
const guardedAsk = { from: '200000000360', to: otherProvider, interactionId: ask.interactionId };
const limits = [
  { per: 'consumer', ...onlyBurst(50) },
  {
    id: 'guarded',
    per: 'provider',
    provider: { asid: otherProvider },
    whenCountersAreAway: 'refuse',
    ...onlyBurst(1_000),
  },
] as const;

test.for<{ readonly redis: string; readonly breaks: (link: BreakableLink) => void }>([
  { redis: 'is cut off', breaks: (link) => link.cut() },
  { redis: 'says nothing', breaks: (link) => link.stall() },
  { redis: 'is slow', breaks: (link) => link.delay(5 * timeoutMs) },
  { redis: 'talks nonsense', breaks: (link) => link.answer('HTTP/1.1 400 Bad Request\r\n\r\n') },
  { redis: 'answers something else', breaks: (link) => link.answer('*1\r\n$3\r\nyes\r\n') },
  {
    redis: 'is loading',
    breaks: (link) => link.answer('-LOADING Redis is loading the dataset in memory\r\n'),
  },
  {
    redis: 'has become a replica',
    breaks: (link) => link.answer("-READONLY You can't write against a read only replica.\r\n"),
  },
  {
    redis: 'is full',
    breaks: (link) => link.answer("-OOM command not allowed when used memory > 'maxmemory'.\r\n"),
  },
  { redis: 'forgets every script', breaks: (link) => link.answer('-NOSCRIPT No matching script.\r\n') },
])('while Redis $redis each answer is quick and local, until it is back', async ({ breaks }) => {
  await using resources = new AsyncDisposableStack();
  const link = await breakableLink(backingServices().redis.url, resources);
  const rig = { url: link.url, timeoutMs, processesMin };
  const { admit, service } = await startRig(resources, limits, rig);
  // On a busy machine a first batch may be late and count alone: what is looked at below is of another consumer, and since then.
  await expect
    .poll(() => admit([{ ...ask, from: '200000000361' }]), { timeout: 30_000 })
    .toMatchObject([{ admission: 'admit', counters: 'shared' }]);
  const metric = async (line: RegExp) => Number(line.exec(await service.metrics.metrics())?.[1] ?? 0);
  const waited = () => metric(/ssp_throttle_redis_seconds_count (\d+)/);
  const countedLocally = () => metric(/ssp_throttle_batches_total\{counters="local"\} (\d+)/);
  const outages = () => metric(/ssp_throttle_redis_outages_total (\d+)/);
  const before = { countedLocally: await countedLocally(), outages: await outages() };

  breaks(link);
  const ownMs = startOwnTime(resources, undefined, 20);
  const tookMs: number[] = [];
  const timed = async () => {
    const startedMs = ownMs();
    const answers = await admit([ask, guardedAsk]);
    tookMs.push(ownMs() - startedMs);
    return answers;
  };
  const client = async () => [...(await timed()), ...(await timed()), ...(await timed())];
  const answers = (await Promise.all(Array.from({ length: 8 }, client))).flat();
  expect(Math.max(...tookMs)).toBeLessThan(boundMs);
  const guarded = answers.filter((_, nth) => nth % 2 === 1);
  expect(new Set(guarded.map(({ admission }) => admission))).toEqual(new Set(['unavailable']));
  expect(guarded[0]).toMatchObject({ rule: 'guarded' });
  const others = answers.filter((_, nth) => nth % 2 === 0);
  for (const answer of others)
    expect(answer).toMatchObject({ counters: 'local', limit: 10, rule: 'consumer' });
  expect(others.filter(({ admission }) => admission === 'admit')).toHaveLength(50 / processesMin);

  // Open: not one batch waits for Redis any more.
  expect(await metric(/ssp_throttle_breaker_state\{state="open"\} (\d)/)).toBe(1);
  const waitedBefore = await waited();
  await Promise.all(Array.from({ length: 8 }, () => admit([ask])));
  expect(await waited()).toBe(waitedBefore);
  expect(await countedLocally()).toBe(before.countedLocally + 32);
  expect(await outages()).toBe(before.outages + 1);
  expect(await service.health.report()).toMatchObject({
    ready: true,
    checks: { redis: 'ok, but away: limits are counted in each process alone' },
  });

  link.mend();
  await expect
    .poll(() => admit([ask]), { timeout: 30_000 })
    .toMatchObject([{ admission: 'admit', counters: 'shared', limit: 50 }]);
  expect(await service.health.report()).toMatchObject({ ready: true, checks: { redis: 'ok' } });
  expect(await outages()).toBe(before.outages + 1);
});

test('it starts without Redis, counts alone, and together once Redis is there', async () => {
  await using resources = new AsyncDisposableStack();
  const link = await breakableLink(backingServices().redis.url, resources);
  link.cut();
  const { admit, service } = await startRig(resources, limits, {
    url: link.url,
    timeoutMs,
    withoutRedis: true,
  });
  expect(await service.health.report()).toMatchObject({ ready: true });
  expect(await admit([ask, guardedAsk])).toMatchObject([
    { admission: 'admit', counters: 'local', remaining: 49 },
    { admission: 'unavailable', rule: 'guarded' },
  ]);
  link.mend();
  await expect
    .poll(() => admit([ask]), { timeout: 30_000 })
    .toMatchObject([{ admission: 'admit', counters: 'shared' }]);
});

test('a Redis that has forgotten the script is taught it again, and nobody is sent away for it', async () => {
  await using resources = new AsyncDisposableStack();
  const { admit, service } = await startRig(resources, limits);
  await connectRedis(resources).script('FLUSH');
  for (const answer of await admit(repeated(4))) expect(answer).toMatchObject({ counters: 'shared' });
  expect(await service.metrics.metrics()).not.toMatch(/ssp_throttle_redis_failures_total\{/);
});
