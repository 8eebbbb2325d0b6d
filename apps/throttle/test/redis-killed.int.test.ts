import { type RedisServer, startLeash, startRedisServer } from '@ssp/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { admittedIn, answersOf, isLocal, regainedSeconds, secondsOf, startLoad } from './under-load.ts';
import { ask, otherProvider, startRig } from './throttle-rig.ts';

/** The edge waits so long. Redis is waited for `timeoutMs`; the rest is for clients and throttle on one busy machine. */
const boundMs = 1_000;
const timeoutMs = 200;
const perSecond = 100;
const burst = 100;
/** So long some processes may have found out already, and others not. */
const spreadSeconds = 2;
const limits = [
  { per: 'consumer', perSecond, burst },
  {
    id: 'guarded',
    per: 'provider',
    provider: { asid: otherProvider },
    whenCountersAreAway: 'refuse',
    perSecond,
    burst,
  },
] as const;
const guardedAsk = { from: '200000000360', to: otherProvider, interactionId: ask.interactionId };
const ownPlace = 0;
const guardedPlace = 1;

async function ownRedis(resources: AsyncDisposableStack): Promise<RedisServer> {
  const dir = await mkdtemp(join(tmpdir(), 'throttle-redis-'));
  resources.defer(() => rm(dir, { recursive: true, force: true }));
  const leash = await startLeash(dir, resources);
  return startRedisServer({ dir, logFile: join(dir, 'redis.log'), leash }, resources);
}

test.for<{
  readonly how: string;
  readonly leave: (redis: RedisServer) => unknown;
  readonly back: (redis: RedisServer) => unknown;
}>([
  { how: 'killed', leave: ({ program }) => program.kill(), back: ({ program }) => program.start() },
  {
    how: 'stopped in its tracks',
    leave: ({ program }) => program.signal('SIGSTOP'),
    back: ({ program }) => program.signal('SIGCONT'),
  },
])(
  'Redis $how under load: all is answered, in time, as each limit says, until it is back',
  async ({ leave, back }) => {
    await using resources = new AsyncDisposableStack();
    const redis = await ownRedis(resources);
    const first = await startRig(resources, limits, { url: redis.url, timeoutMs });
    const rig = { url: redis.url, timeoutMs, hashTag: first.hashTag };
    const rigs = [first, await startRig(resources, limits, rig)];
    const metric = async (nth: number, line: RegExp) =>
      Number(line.exec((await rigs[nth]?.service.metrics.metrics()) ?? '')?.[1]);
    const processes = /ssp_throttle_processes (\d+)/;
    await expect.poll(() => metric(0, processes)).toBe(2);

    const load = startLoad(rigs, 8, [ask, guardedAsk], resources);
    const since = (from: number, nth: number, counters: 'shared' | 'local') =>
      answersOf(
        load.asked.slice(from).filter((one) => one.rig === nth),
        ownPlace,
        counters,
      );
    await expect.poll(() => since(0, 1, 'shared').length, { timeout: 30_000 }).toBeGreaterThan(100);
    await leave(redis);
    // Beyond the burst, so that the rate is seen too.
    for (const nth of [0, 1]) {
      await expect.poll(() => admittedIn(since(0, nth, 'local')), { timeout: 30_000 }).toBeGreaterThan(100);
    }
    const openAt = load.asked.length;
    await back(redis);
    for (const nth of [0, 1]) {
      await expect.poll(() => since(openAt, nth, 'shared').length, { timeout: 30_000 }).toBeGreaterThan(100);
    }
    await load.stop();

    expect(Math.max(...load.asked.map(({ tookOwnMs }) => tookOwnMs))).toBeLessThan(boundMs);
    for (const { answers } of load.asked) expect(answers).toHaveLength(2);
    for (const nth of [0, 1]) {
      const away = load.asked.filter((one) => one.rig === nth && isLocal(one, ownPlace));
      const atMost = (burst + perSecond * secondsOf(away)) / 2;
      const admitted = admittedIn(answersOf(away, ownPlace, 'local'));
      expect(admitted).toBeLessThanOrEqual(atMost + 1);
      const guarded = new Set(away.map(({ answers }) => answers[guardedPlace]?.admission));
      expect(guarded).toEqual(new Set(['unavailable']));
      expect(await metric(nth, /ssp_throttle_redis_outages_total (\d+)/)).toBeGreaterThanOrEqual(1);
      expect(await metric(nth, /ssp_throttle_batches_total\{counters="local"\} (\d+)/)).toBe(away.length);
      await expect.poll(() => metric(nth, processes)).toBe(2);
      // Late answers may have opened it again.
      const closed = async () => {
        await rigs[nth]?.admit([ask]);
        return metric(nth, /ssp_throttle_breaker_state\{state="closed"\} (\d)/);
      };
      await expect.poll(closed).toBe(1);
    }
    // Beyond rate and burst: one burst counted locally, and one that Redis forgot. What took from either bucket is what it regained.
    const all = admittedIn([
      ...answersOf(load.asked, ownPlace, 'shared'),
      ...answersOf(load.asked, ownPlace, 'local'),
    ]);
    expect(all).toBeLessThanOrEqual(
      perSecond * (regainedSeconds(load.asked, ownPlace, burst / perSecond) + spreadSeconds) + 3 * burst,
    );
  },
);
