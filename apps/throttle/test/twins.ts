import { randomUUID } from 'node:crypto';
import { backingServices } from '@ssp/testing/vitest';
import { Redis } from 'ioredis';
import { type CounterBatch } from '../src/counting/counters.ts';
import { emptyState } from '../src/counting/counter-state.ts';
import { decideBatch } from '../src/counting/decide-batch.ts';
import { type Decision } from '../src/counting/decision.ts';
import { keptIn } from '../src/counting/kept-in.ts';
import { decideInRedis } from '../src/counting/redis-counters.ts';

/** Decides a batch at a given time. */
export type Twin = (batch: CounterBatch & { readonly nowUs: number }) => Promise<readonly Decision[]>;

/** What was written before the clock was set back is not forgotten in a test that is to see it. */
const longerThanAnyTestUs = 100 * 24 * 3_600_000_000;

/** The twins by name, each made with nothing used yet. */
export const twins = {
  pure: (): Twin => {
    const state = emptyState();
    return async ({ asks, caller, nowUs }) => decideBatch(state, asks, caller, nowUs);
  },
  // Places of its own, so that every twin begins with full buckets.
  redis: (redis: Redis, periodUs = longerThanAnyTestUs): Twin => {
    const kept = keptIn(randomUUID(), periodUs);
    return (batch) => decideInRedis(redis, kept, batch);
  },
} as const;

/** A connection to the Redis of the tests. */
export function connectRedis(resources: AsyncDisposableStack): Redis {
  return resources.adopt(new Redis(backingServices().redis.url), (it) => it.disconnect());
}
