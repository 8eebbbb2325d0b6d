import { type ThrottleAnswer } from '@ssp/contracts';
import { startLeash, startRedisCluster } from '@ssp/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { admittedIn, answersOf, secondsOf, startLoad } from './under-load.ts';
import { ask, onlyBurst, otherProvider, repeated, startRig } from './throttle-rig.ts';

/** The edge waits so long. Redis is waited for 50 ms; the rest is for clients, throttle and Redis on one busy machine. */
const boundMs = 1_000;
const perSecond = 100;
const burst = 100;
/** So long some processes may have found out already, and others not. */
const spreadSeconds = 2;

async function ownCluster(resources: AsyncDisposableStack) {
  const dir = await mkdtemp(join(tmpdir(), 'throttle-cluster-'));
  resources.defer(() => rm(dir, { recursive: true, force: true }));
  return startRedisCluster(dir, await startLeash(dir, resources), resources);
}

test('a Redis Cluster counts together, and loses its primary under load without a request that hangs', async () => {
  await using resources = new AsyncDisposableStack();
  const { url, firstPrimaryOf } = await ownCluster(resources);
  const limits = [
    { per: 'consumer', perSecond, burst },
    { per: 'provider', provider: { asid: otherProvider }, ...onlyBurst(100) },
    { per: 'provider-in-flight', inFlight: 1_000 },
  ] as const;
  const first = await startRig(resources, limits, { url, cluster: true, timeoutMs: 50 });
  // The other one knows only a single node, and asks it for the rest.
  const single = { url: url.split(',')[0] ?? '', cluster: true, timeoutMs: 50, hashTag: first.hashTag };
  const rigs = [first, await startRig(resources, limits, single)];

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

  const known = async () => first.service.metrics.metrics();
  await expect.poll(known, { timeout: 5_000 }).toContain('ssp_throttle_processes 2');
  const load = startLoad(rigs, 8, [ask]);
  const sharedSince = (from: number, nth: number) =>
    answersOf(
      load.asked.slice(from).filter((one) => one.rig === nth),
      0,
      'shared',
    ).length;
  await expect.poll(() => sharedSince(0, 1), { timeout: 10_000 }).toBeGreaterThan(100);
  const primary = await firstPrimaryOf(`{${first.hashTag}}`);
  await primary.program.kill();
  const killedAt = load.asked.length;
  await expect
    .poll(() => answersOf(load.asked.slice(killedAt), 0, 'local').length, { timeout: 10_000 })
    .toBeGreaterThan(0);
  const lostAt = load.asked.length;
  for (const nth of [0, 1]) {
    await expect.poll(() => sharedSince(lostAt, nth), { timeout: 20_000 }).toBeGreaterThan(100);
  }
  // Back as a replica of the one that took its place, it is no longer asked.
  await primary.program.start();
  const backAt = load.asked.length;
  for (const nth of [0, 1]) {
    await expect.poll(() => sharedSince(backAt, nth), { timeout: 10_000 }).toBeGreaterThan(100);
  }
  await load.stop();

  expect(Math.max(...load.asked.map((one) => one.endedMs - one.startedMs))).toBeLessThan(boundMs);
  for (const { answers } of load.asked) expect(answers).toHaveLength(1);
  const admitted =
    admittedIn(answersOf(load.asked, 0, 'shared')) + admittedIn(answersOf(load.asked, 0, 'local'));
  // Beyond rate and burst: one burst counted locally, and one that the shared bucket regained meanwhile.
  expect(admitted).toBeLessThanOrEqual(perSecond * (secondsOf(load.asked) + spreadSeconds) + 3 * burst);
});
