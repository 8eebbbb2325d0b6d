import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomRun } from './random-batches.ts';
import { connectRedis, twins } from './twins.ts';

const startUs = 1_767_225_600_000_000;

test('Redis and its twin decide every batch alike, whatever the limits, the clock and the reports', async () => {
  await using resources = new AsyncDisposableStack();
  const redis = connectRedis(resources);
  const property = fc.asyncProperty(randomRun, async ({ asks, batches }) => {
    const [shared, pure] = [twins.redis(redis), twins.pure()];
    let nowUs = startUs;
    for (const { aheadUs, asked, caller } of batches) {
      nowUs += aheadUs;
      const batch = { asks: asked.flatMap((nth) => asks[nth] ?? []), caller, nowUs };
      expect(await shared(batch)).toEqual(await pure(batch));
    }
  });
  await fc.assert(property, { numRuns: 150 });
});
