import { randomUUID } from 'node:crypto';
import { backingServices } from '@ssp/testing/vitest';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { admit } from '../src/gcra.ts';
import { runGcraScript, type ScriptAnswer, type ScriptBucket } from '../src/gcra-script.ts';

function connect(resources: AsyncDisposableStack): Redis {
  return resources.adopt(new Redis(backingServices().redis.url), (it) => it.disconnect());
}

/** A generator of whole numbers below a bound: the same seed gives the same test every time (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** The script's work done by its TypeScript twin, on a map instead of Redis. */
function runTwin(tats: Map<string, number>, asks: readonly (readonly ScriptBucket[])[], nowUs: number) {
  return asks.map((buckets): ScriptAnswer => {
    const admission = admit(
      buckets.map(({ key, limit }) => ({ limit, tatUs: tats.get(key) ?? 0 })),
      nowUs,
    );
    const { admitted, bucket, resetUs } = admission;
    if (!admission.admitted) {
      return { admitted, bucket, remaining: 0, resetUs, retryAfterUs: admission.retryAfterUs };
    }
    buckets.forEach(({ key }, index) => tats.set(key, admission.nextTatUs[index] ?? 0));
    return { admitted, bucket, remaining: admission.remaining, resetUs, retryAfterUs: 0 };
  });
}

test.for([1, 2, 3, 4, 5])('script and twin answer the same, seed %i', async (seed) => {
  await using resources = new AsyncDisposableStack();
  const redis = connect(resources);
  const random = seeded(seed);
  const prefix = `{${randomUUID()}}`;
  // Intervals of minutes, so that no key expires in the test's own seconds.
  const buckets = Array.from({ length: 6 }, (_, index) => ({
    key: `${prefix}:${index}`,
    limit: { intervalUs: 60_000_000 + random(600_000_000), burst: 1 + random(12) },
  }));
  const tats = new Map<string, number>();
  let nowUs = 1_767_225_600_000_000;
  for (let batch = 0; batch < 200; batch += 1) {
    nowUs += random(5) === 0 ? random(3_000_000_000) : random(1_000);
    const asks = Array.from({ length: 1 + random(12) }, () => {
      const first = random(3);
      return buckets.slice(first, first + 1 + random(4));
    });
    expect(await runGcraScript(redis, asks, nowUs)).toEqual(runTwin(tats, asks, nowUs));
  }
});

test('a bucket is forgotten once it is full again, and not before', async () => {
  await using resources = new AsyncDisposableStack();
  const redis = connect(resources);
  const key = `{${randomUUID()}}:expiry`;
  const ask = [{ key, limit: { intervalUs: 20_000_000, burst: 5 } }];
  await runGcraScript(redis, [ask, ask, ask]);
  const ttlMs = await redis.pttl(key);
  expect(ttlMs).toBeGreaterThan(55_000);
  expect(ttlMs).toBeLessThanOrEqual(60_000);
});

test("times are Redis's own to the microsecond", async () => {
  await using resources = new AsyncDisposableStack();
  const redis = connect(resources);
  const key = `{${randomUUID()}}:clock`;
  const clockUs = async () => {
    const [seconds, microseconds] = await redis.time();
    return Number(seconds) * 1_000_000 + Number(microseconds);
  };
  const beforeUs = await clockUs();
  await runGcraScript(redis, [[{ key, limit: { intervalUs: 10_000_000, burst: 5 } }]]);
  const takenUs = Number(await redis.get(key)) - 10_000_000;
  expect(takenUs).toBeGreaterThanOrEqual(beforeUs);
  expect(takenUs).toBeLessThanOrEqual(await clockUs());
});

test('a Redis that has forgotten the script is taught it again', async () => {
  await using resources = new AsyncDisposableStack();
  const redis = connect(resources);
  const ask = [{ key: `{${randomUUID()}}:script`, limit: { intervalUs: 60_000_000, burst: 5 } }];
  await redis.script('FLUSH');
  expect(await runGcraScript(redis, [ask])).toMatchObject([{ admitted: true, remaining: 4 }]);
});

test('the largest batch fits into one call', async () => {
  await using resources = new AsyncDisposableStack();
  const redis = connect(resources);
  const prefix = `{${randomUUID()}}`;
  const asks = Array.from({ length: 256 }, (_, ask) =>
    ['a', 'b', 'c', 'd'].map((name) => ({
      key: `${prefix}:${ask}:${name}`,
      limit: { intervalUs: 60_000_000, burst: 1 },
    })),
  );
  const answers = await runGcraScript(redis, asks);
  expect(answers.filter(({ admitted }) => admitted)).toHaveLength(256);
});
