import { type CounterBatch, type Counters, type Taken } from './counters.ts';
import { type Decision, toTaken } from './decision.ts';
import { runTakeScript } from './take-script.ts';
import { planOf } from './take-plan.ts';
import { type RedisLink } from '../open-redis.ts';

const fieldsPerAsk = 6;

/** Counts in Redis, for all copies of the service together: one call for a batch, on Redis's own clock. */
export function redisCounters(redis: RedisLink): Counters {
  return {
    take: async (batch) => {
      const decisions = await decideInRedis(redis, batch);
      return batch.asks.map((ask, at): Taken => {
        const decision = decisions[at];
        if (!decision) throw new Error('an ask was left without a decision');
        return toTaken(ask, decision, 'shared');
      });
    },
  };
}

/** What the script decides. Rejects if Redis does not answer; then some asks may have been counted. */
export async function decideInRedis(redis: RedisLink, batch: CounterBatch): Promise<readonly Decision[]> {
  const { keys, plan } = planOf(batch);
  const reply = await runTakeScript(redis, keys, plan);
  if (!isIntegers(reply) || reply.length !== batch.asks.length * fieldsPerAsk) {
    throw new Error('the script answered something else than it should');
  }
  return batch.asks.map((_, ask) => readDecision(reply, ask * fieldsPerAsk));
}

const none: readonly number[] = [];

function readDecision(reply: readonly number[], from: number): Decision {
  const gate = reply[from] ?? 0;
  const shadowed = reply[from + 4] ?? 0;
  return {
    admitted: gate >= 0,
    gate: Math.abs(gate) - 1,
    remaining: reply[from + 1] ?? 0,
    resetUs: reply[from + 2] ?? 0,
    retryAfterUs: reply[from + 3] ?? 0,
    shadowed: shadowed === 0 ? none : positionsIn(shadowed),
    weights: reply[from + 5] ?? 0,
  };
}

function positionsIn(powers: number): readonly number[] {
  return Array.from({ length: 31 }, (_, at) => at).filter((at) => (powers >> at) % 2 === 1);
}

function isIntegers(reply: unknown): reply is readonly number[] {
  return Array.isArray(reply) && reply.every((field) => typeof field === 'number');
}
