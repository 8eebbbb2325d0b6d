import { randomUUID } from 'node:crypto';
import { backingServices } from '@ssp/testing/vitest';
import { Redis } from 'ioredis';
import { type CounterBatch } from '../src/counting/counters.ts';
import { emptyState } from '../src/counting/counter-state.ts';
import { decideBatch } from '../src/counting/decide-batch.ts';
import { type Decision } from '../src/counting/decision.ts';
import { decideInRedis } from '../src/counting/redis-counters.ts';
import { type ResolvedAsk } from '../src/counting/resolved-limits.ts';

/** Decides a batch at a given time. */
export type Twin = (batch: CounterBatch & { readonly nowUs: number }) => Promise<readonly Decision[]>;

/** The twins by name, each made with nothing used yet. */
export const twins = {
  pure: (): Twin => {
    const state = emptyState();
    return async ({ asks, caller, nowUs }) => decideBatch(state, asks, caller, nowUs);
  },
  // Keys of its own, so that every twin begins with full buckets.
  redis: (redis: Redis): Twin => {
    const tag = randomUUID();
    return (batch) =>
      decideInRedis(redis, {
        ...batch,
        asks: batch.asks.map((ask) => tagged(ask, tag)),
        caller: taggedCaller(batch.caller, tag),
      });
  },
} as const;

/** A connection to the Redis of the tests. */
export function connectRedis(resources: AsyncDisposableStack): Redis {
  return resources.adopt(new Redis(backingServices().redis.url), (it) => it.disconnect());
}

function tagged(ask: ResolvedAsk, tag: string): ResolvedAsk {
  const named = <T extends { readonly key: string }>(it: T) => ({ ...it, key: `{${tag}}${it.key}` });
  return {
    ...ask,
    limits: ask.limits.map(named),
    share: ask.share && named(ask.share),
    providerInFlight: ask.providerInFlight && named(ask.providerInFlight),
  };
}

function taggedCaller(caller: CounterBatch['caller'], tag: string): CounterBatch['caller'] {
  if (caller === null) return null;
  return { ...caller, counts: new Map([...caller.counts].map(([key, count]) => [`{${tag}}${key}`, count])) };
}
