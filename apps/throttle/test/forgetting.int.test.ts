import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { keptIn } from '../src/counting/kept-in.ts';
import { keepTurning } from '../src/counting/keep-turning.ts';
import { decideInRedis, redisCounters } from '../src/counting/redis-counters.ts';
import { asking, inFlight, rate } from './sample-asks.ts';
import { connectRedis } from './twins.ts';

const startUs = 1_767_225_600_000_000;
const secondUs = 1_000_000;
const second = { intervalUs: 100_000, burst: 10 };

test('Redis forgets buckets that are full and hosts with nothing in flight, and keeps the others', async () => {
  await using resources = new AsyncDisposableStack();
  const redis = connectRedis(resources);
  const kept = keptIn(randomUUID());
  const { current, before, ownKey } = kept;
  const caller = { edge: 'e', sequence: 1, inFlight: 0, counts: new Map() };
  const once = asking(
    [rate('consumer', 'once', second), rate('provider', 'slow', { ...second, burst: 601 })],
    {
      providerInFlight: inFlight('host', 10),
    },
  );
  const again = asking([rate('consumer', 'again', second)]);
  const fields = async (name: string) => (await redis.hkeys(name)).toSorted();
  const at = (seconds: number, ask: typeof once) =>
    decideInRedis(redis, kept, { asks: [ask], caller, nowUs: startUs + seconds * secondUs });

  await at(0, once);
  await at(59, again);
  expect(await fields(current)).toEqual(['again', 'host', 'once', 'since']);
  await at(60, again);
  expect([await fields(current), await fields(before)]).toEqual([
    ['again', 'since'],
    ['again', 'host', 'once', 'since'],
  ]);
  await at(121, again);
  expect([await fields(current), await fields(before)]).toEqual([
    ['again', 'since'],
    ['again', 'since'],
  ]);
  for (const seconds of [182, 243])
    await decideInRedis(redis, kept, { asks: [], caller: null, nowUs: startUs + seconds * secondUs });
  expect([await fields(current), await fields(before)]).toEqual([['since'], ['since']]);
  // What takes longer than a minute to fill lies by itself; all of them go when nobody asks any more.
  expect(await redis.exists(ownKey('slow'), ownKey('again'))).toBe(1);
  for (const key of [current, before, ownKey('slow')]) expect(await redis.pttl(key)).toBeGreaterThan(0);
});

test('it forgets also while nobody asks', async () => {
  await using resources = new AsyncDisposableStack();
  const redis = connectRedis(resources);
  const kept = keptIn(randomUUID(), 500_000);
  const counters = redisCounters(redis, kept);
  await counters.take({ asks: [asking([rate('consumer', 'once', { ...second, burst: 1 })])], caller: null });
  const known = () => Promise.all([redis.hexists(kept.current, 'once'), redis.hexists(kept.before, 'once')]);
  expect(await known()).toEqual([1, 0]);
  keepTurning(counters, kept, resources);
  // Longer than both hashes live by themselves, they are there still.
  const startedMs = performance.now();
  await expect.poll(() => performance.now() - startedMs).toBeGreaterThan(1_700);
  await expect.poll(known).toEqual([0, 0]);
  await expect.poll(() => redis.hkeys(kept.current)).toEqual(['since']);
});
