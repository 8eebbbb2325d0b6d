import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Redis } from 'ioredis';
import { type RateLimit } from './gcra.ts';

/** What the script answers for one ask; `bucket` is a position among the buckets of that ask. */
export interface ScriptAnswer {
  readonly admitted: boolean;
  readonly bucket: number;
  readonly remaining: number;
  readonly resetUs: number;
  /** Zero if admitted. */
  readonly retryAfterUs: number;
}

/** A bucket to take from: its key and its limit. */
export interface ScriptBucket {
  readonly key: string;
  readonly limit: RateLimit;
}

const lua = readFileSync(new URL('gcra.lua', import.meta.url), 'utf8');
const digest = createHash('sha1').update(lua).digest('hex');
const fieldsPerAnswer = 4;

/** Redis's own clock: one for all copies of the service, so that no two of them disagree about the time. */
const redisClock = 0;

/**
 * Decides asks in their order by one script call; each ask is the list of buckets that it takes from.
 * Rejects if Redis does not answer; then some asks may have been counted.
 */
export async function runGcraScript(
  redis: Redis,
  asks: readonly (readonly ScriptBucket[])[],
  nowUs: number = redisClock,
): Promise<readonly ScriptAnswer[]> {
  const positions = new Map<string, number>();
  const limits: number[] = [];
  const wants: number[] = [];
  for (const buckets of asks) {
    wants.push(buckets.length);
    for (const { key, limit } of buckets) {
      let position = positions.get(key);
      if (position === undefined) {
        position = positions.size + 1;
        positions.set(key, position);
        limits.push(limit.intervalUs, limit.burst);
      }
      wants.push(position);
    }
  }
  const reply = await evaluate(redis, positions.size, [...positions.keys(), nowUs, ...limits, ...wants]);
  return readReply(reply, asks.length);
}

async function evaluate(
  redis: Redis,
  keyCount: number,
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(digest, keyCount, ...args);
  } catch (error) {
    // A restarted Redis has forgotten the script; it did nothing, so that the call can be repeated.
    const forgotten = error instanceof Error && error.message.startsWith('NOSCRIPT');
    if (!forgotten) throw error;
    return redis.eval(lua, keyCount, ...args);
  }
}

function readReply(reply: unknown, asks: number): readonly ScriptAnswer[] {
  if (!isIntegers(reply) || reply.length !== asks * fieldsPerAnswer) {
    throw new Error('the script answered something else than it should');
  }
  return Array.from({ length: asks }, (_, ask) => {
    const [spokesman = 0, remaining = 0, resetUs = 0, retryAfterUs = 0] = reply.slice(
      ask * fieldsPerAnswer,
      (ask + 1) * fieldsPerAnswer,
    );
    return {
      admitted: spokesman > 0,
      bucket: Math.abs(spokesman) - 1,
      remaining,
      resetUs,
      retryAfterUs,
    };
  });
}

function isIntegers(reply: unknown): reply is readonly number[] {
  return Array.isArray(reply) && reply.every((field) => typeof field === 'number');
}
