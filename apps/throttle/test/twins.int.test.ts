import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { onwardRun, type RandomRun, randomRun } from './random-batches.ts';
import { connectRedis, type Twin, twins } from './twins.ts';

const startUs = 1_767_225_600_000_000;

/** What a twin says to every batch of a run. */
async function saidBy(decide: Twin, { asks, batches }: RandomRun): Promise<unknown> {
  const said: unknown[] = [];
  let nowUs = startUs;
  for (const { aheadUs, asked, caller } of batches) {
    nowUs += aheadUs;
    said.push(await decide({ asks: asked.flatMap((nth) => asks[nth] ?? []), caller, nowUs }));
  }
  return said;
}

test('Redis and its twin decide every batch alike, whatever the limits, the clock and the reports', async () => {
  await using resources = new AsyncDisposableStack();
  const redis = connectRedis(resources);
  const property = fc.asyncProperty(randomRun, async (run) => {
    expect(await saidBy(twins.redis(redis), run)).toEqual(await saidBy(twins.pure(), run));
  });
  await fc.assert(property, { numRuns: 150 });
});

test('they do so too where Redis forgets what it kept for a period', async () => {
  await using resources = new AsyncDisposableStack();
  const redis = connectRedis(resources);
  // As short as what is in flight allows.
  const periodUs = 10_000_000;
  const property = fc.asyncProperty(onwardRun, async (run) => {
    expect(await saidBy(twins.redis(redis, periodUs), run)).toEqual(await saidBy(twins.pure(), run));
  });
  await fc.assert(property, { numRuns: 150 });
});
