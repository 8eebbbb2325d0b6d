import { type ThrottleAnswer } from '@ssp/contracts';
import { startLeash, startRedisCluster } from '@ssp/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { admittedIn, answersOf, regainedSeconds, startLoad } from './under-load.ts';
import { ask, onlyBurst, otherProvider, repeated, startRig } from './throttle-rig.ts';

/** The edge waits so long. Redis is waited for `timeoutMs`; the rest is for clients and throttle on one busy machine. */
const boundMs = 1_000;
const timeoutMs = 200;
const perSecond = 100;
const burst = 100;
/** So long some processes may have found out already, and others not. */
const spreadSeconds = 2;

const limits = [
  { per: 'consumer', perSecond, burst },
  { per: 'provider', provider: { asid: otherProvider }, ...onlyBurst(100) },
  { per: 'provider-in-flight', inFlight: 1_000 },
] as const;

const shared = new AsyncDisposableStack();
let cluster: Awaited<ReturnType<typeof startRedisCluster>>;
beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'throttle-cluster-'));
  shared.defer(() => rm(dir, { recursive: true, force: true }));
  cluster = await startRedisCluster(dir, await startLeash(dir, shared), shared);
}, 60_000);
afterAll(() => shared.disposeAsync());

/** Two throttles on the cluster; the second knows only a single node, and asks it for the rest. */
async function startBoth(resources: AsyncDisposableStack, waits: { readonly timeoutMs?: number } = {}) {
  const first = await startRig(resources, limits, { url: cluster.url, cluster: true, ...waits });
  const url = cluster.url.split(',')[0] ?? '';
  const { hashTag } = first;
  const second = await startRig(resources, limits, { url, cluster: true, hashTag, ...waits });
  return { first, rigs: [first, second] };
}

test('a Redis Cluster counts together for whoever asks it, and admits exactly the burst', async () => {
  await using resources = new AsyncDisposableStack();
  const { first, rigs } = await startBoth(resources);
  const exact = { from: '200000000360', to: otherProvider, interactionId: ask.interactionId };
  const client = async (nth: number) => {
    const answers: ThrottleAnswer[] = [];
    for (let batch = 0; batch < 10; batch += 1) {
      answers.push(...((await rigs[nth % 2]?.admit(repeated(5).map(() => exact))) ?? []));
    }
    return answers;
  };
  const counted = (await Promise.all(Array.from({ length: 8 }, (_, nth) => client(nth)))).flat();
  expect(counted.every((answer) => 'counters' in answer && answer.counters === 'shared')).toBe(true);
  expect(admittedIn(counted)).toBe(100);
  const [use] = (await first.use(exact.from)).consumers;
  expect(use).toMatchObject({
    asid: exact.from,
    limits: [{ rule: 'consumer', use: { remaining: expect.any(Number) } }],
  });
  expect(use?.refusals[0]).toMatchObject({ rule: 'provider', to: otherProvider });
});

test('a Redis Cluster loses its primary under load without a request that hangs', async () => {
  await using resources = new AsyncDisposableStack();
  const { first, rigs } = await startBoth(resources, { timeoutMs });
  const known = async () => first.service.metrics.metrics();
  await expect.poll(known).toContain('ssp_throttle_processes 2');
  const load = startLoad(rigs, 8, [ask], resources);
  const sharedSince = (from: number, nth: number) =>
    answersOf(
      load.asked.slice(from).filter((one) => one.rig === nth),
      0,
      'shared',
    ).length;
  await expect.poll(() => sharedSince(0, 1), { timeout: 30_000 }).toBeGreaterThan(100);
  const primary = await cluster.firstPrimaryOf(`{${first.hashTag}}`);
  await primary.program.kill();
  const killedAt = load.asked.length;
  await expect
    .poll(() => answersOf(load.asked.slice(killedAt), 0, 'local').length, { timeout: 30_000 })
    .toBeGreaterThan(0);
  const lostAt = load.asked.length;
  for (const nth of [0, 1]) {
    await expect.poll(() => sharedSince(lostAt, nth), { timeout: 40_000 }).toBeGreaterThan(100);
  }
  // Back as a replica of the one that took its place, it is no longer asked.
  await primary.program.start();
  const backAt = load.asked.length;
  for (const nth of [0, 1]) {
    await expect.poll(() => sharedSince(backAt, nth), { timeout: 30_000 }).toBeGreaterThan(100);
  }
  await load.stop();

  expect(Math.max(...load.asked.map(({ tookOwnMs }) => tookOwnMs))).toBeLessThan(boundMs);
  for (const { answers } of load.asked) expect(answers).toHaveLength(1);
  const admitted =
    admittedIn(answersOf(load.asked, 0, 'shared')) + admittedIn(answersOf(load.asked, 0, 'local'));
  // Beyond rate and burst: one burst counted locally, and one that the shared bucket may have forgotten.
  const regained = regainedSeconds(load.asked, 0, burst / perSecond);
  expect(admitted).toBeLessThanOrEqual(perSecond * (regained + spreadSeconds) + 3 * burst);
});
