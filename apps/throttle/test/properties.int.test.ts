import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asking, rate } from './sample-asks.ts';
import { connectRedis, type Twin, twins } from './twins.ts';

const startUs = 1_767_225_600_000_000;

const limit = fc.record({
  intervalUs: fc.integer({ min: 1, max: 1_000_000 }),
  burst: fc.integer({ min: 1, max: 40 }),
});
const cost = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 }));
const arrivals = fc.array(fc.tuple(fc.integer({ min: 0, max: 2_000_000 }), cost), {
  minLength: 1,
  maxLength: 40,
});

/** In no window, however it lies, more than its length's worth and the burst. */
function neverTooMuch(fresh: () => Twin) {
  return fc.asyncProperty(limit, arrivals, async (bucket, asked) => {
    const decide = fresh();
    const taken: { readonly atUs: number; readonly cost: number }[] = [];
    let atUs = 0;
    for (const [aheadUs, wanted] of asked) {
      atUs += aheadUs;
      const ask = asking([rate('consumer', 'c', bucket)], { cost: wanted });
      const [decision] = await decide({ asks: [ask], caller: null, nowUs: startUs + atUs });
      if (decision?.admitted) taken.push({ atUs, cost: Math.min(wanted, bucket.burst) });
    }
    for (const [first, { atUs: fromUs }] of taken.entries()) {
      let sum = 0;
      for (const one of taken.slice(first)) {
        sum += one.cost;
        expect(sum).toBeLessThanOrEqual(bucket.burst + Math.floor((one.atUs - fromUs) / bucket.intervalUs));
      }
    }
  });
}

/** Told a wait, a repeat has room after it and not a microsecond before; what was refused has taken nothing. */
function waitIsExact(fresh: () => Twin) {
  return fc.asyncProperty(fc.tuple(limit, limit, cost), arrivals, async ([one, other, wanted], asked) => {
    const decide = fresh();
    const of = (units: number) =>
      asking([rate('consumer', 'c', one), rate('provider', 'p', other)], { cost: units });
    let nowUs = startUs;
    for (const [aheadUs, units] of asked) {
      nowUs += Math.floor(aheadUs / 100);
      await decide({ asks: [of(units)], caller: null, nowUs });
    }
    const at = async (timeUs: number) =>
      (await decide({ asks: [of(wanted)], caller: null, nowUs: timeUs }))[0];
    const first = await at(nowUs);
    if (first?.admitted !== false) return;
    expect(first.retryAfterUs).toBeGreaterThan(0);
    expect(await at(nowUs)).toEqual(first);
    expect(await at(nowUs + first.retryAfterUs - 1)).toMatchObject({ admitted: false, retryAfterUs: 1 });
    expect(await at(nowUs + first.retryAfterUs)).toMatchObject({ admitted: true });
  });
}

/** However the clock jumped, after the time in which a bucket fills it is full. */
function clockHarmsNobody(fresh: () => Twin) {
  const jumps = fc.array(fc.integer({ min: -7_200_000_000, max: 7_200_000_000 }), { maxLength: 8 });
  return fc.asyncProperty(limit, jumps, async (bucket, ahead) => {
    const decide = fresh();
    const ask = asking([rate('consumer', 'c', bucket)]);
    const all = Array.from({ length: bucket.burst }, () => ask);
    let nowUs = startUs;
    for (const jumpUs of ahead) {
      nowUs += jumpUs;
      await decide({ asks: all, caller: null, nowUs });
    }
    nowUs -= 3_600_000_000;
    const [told] = await decide({ asks: [ask], caller: null, nowUs });
    expect(told?.retryAfterUs).toBeLessThanOrEqual(bucket.intervalUs);
    nowUs += bucket.intervalUs * bucket.burst;
    const full = await decide({ asks: [...all, ask], caller: null, nowUs });
    expect(full.filter(({ admitted }) => admitted)).toHaveLength(bucket.burst);
  });
}

const properties = [
  {
    holds: 'no window admits more than its length and the burst are worth',
    check: (fresh: () => Twin, runs: number) => tried(neverTooMuch(fresh), runs),
  },
  {
    holds: 'the wait that is told is exact, and a refusal takes nothing',
    check: (fresh: () => Twin, runs: number) => tried(waitIsExact(fresh), runs),
  },
  {
    holds: 'a clock that jumps harms nobody',
    check: (fresh: () => Twin, runs: number) => tried(clockHarmsNobody(fresh), runs),
  },
];

/** Tries a property on many samples; a counterexample, should there be one, is the answer. */
async function tried<Samples>(property: fc.IAsyncProperty<Samples>, numRuns: number): Promise<string> {
  const details = await fc.check(property, { numRuns });
  return details.failed ? (fc.defaultReportMessage(details) ?? 'fails') : 'holds';
}

describe('in memory', () => {
  test.for(properties)('$holds', async ({ check }) => {
    expect(await check(twins.pure, 500)).toBe('holds');
  });
});

describe('in Redis', () => {
  test.for(properties)('$holds', async ({ check }) => {
    await using resources = new AsyncDisposableStack();
    const redis = connectRedis(resources);
    expect(await check(() => twins.redis(redis), 60)).toBe('holds');
  });
});
