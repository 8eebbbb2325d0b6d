import { type CounterBatch, type Counters, type Taken } from './counters.ts';
import { type Decision, toTaken } from './decision.ts';
import { type KeptIn } from './kept-in.ts';
import { readOneByOne, readWhole } from './read-decisions.ts';
import { runTakeScript } from './take-script.ts';
import { planOf } from './take-plan.ts';
import { type RedisLink } from '../open-redis.ts';

/** Counts in Redis, for all copies of the service together: one call for a batch, on Redis's own clock. */
export function redisCounters(redis: RedisLink, kept: KeptIn): Counters {
  return {
    take: async (batch) => {
      const decisions = await decideInRedis(redis, kept, batch);
      return batch.asks.map((ask, at): Taken => {
        const decision = decisions[at];
        if (!decision) throw new Error('an ask was left without a decision');
        return toTaken(ask, decision, 'shared');
      });
    },
  };
}

/** What the script decides. Rejects if Redis does not answer; then some asks may have been counted. */
export async function decideInRedis(
  redis: RedisLink,
  kept: KeptIn,
  batch: CounterBatch,
): Promise<readonly Decision[]> {
  const plan = planOf(batch, kept);
  const reply = await runTakeScript(redis, plan.keys, [plan.plan, plan.detail]);
  return typeof reply === 'string'
    ? readWhole(reply, batch.asks, plan)
    : readOneByOne(reply, batch.asks.length);
}
