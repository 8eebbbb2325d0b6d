import {
  type ConsumerLimitUse,
  type ConsumerUse,
  ThrottleUseAsk,
  type ThrottleUseAnswer,
} from '@ssp/contracts';
import { EndpointError } from '@ssp/service';
import { z } from 'zod';
import { roomIn, spanOf } from './counting/gcra.ts';
import { isHashed, keptIn } from './counting/kept-in.ts';
import { askRefusals, readRefusals } from './last-refusals.ts';
import { type ConsumerLimit, type ResolvedLimits } from './counting/resolved-limits.ts';
import { type RedisLink } from './open-redis.ts';

const secondUs = 1_000_000;

/**
 * Gives the handler that tells consumers their limits, what they use of them now and their last refusals. It takes nothing.
 * Throws EndpointError: 400 for what is no ask, 503 when Redis does not answer.
 */
export function answerUse(redis: RedisLink, hashTag: string, limits: () => ResolvedLimits) {
  const kept = keptIn(hashTag);
  return async (body: unknown): Promise<ThrottleUseAnswer> => {
    const ask = ThrottleUseAsk.safeParse(body);
    if (!ask.success) throw new EndpointError(400, z.prettifyError(ask.error));
    const { version, ofConsumer } = limits();
    const wanted = ask.data.asids.map((asid) => ({ asid, limits: ofConsumer(asid) }));
    const buckets = wanted.flatMap((one) => one.limits.filter(hasBucket));
    const pipeline = redis.pipeline().time();
    // Where the limit's figures of now put it: elsewhere may be what it was by others.
    for (const { key, limit } of buckets) {
      if (isHashed(limit, kept)) pipeline.hget(kept.current, key).hget(kept.before, key);
      else pipeline.get(kept.ownKey(key));
    }
    for (const { asid } of wanted) askRefusals(pipeline, hashTag, asid);
    const [time, ...replies] = await repliesOf(pipeline.exec());
    const nowUs = Array.isArray(time) ? Number(time[0]) * secondUs + Number(time[1]) : Date.now() * 1_000;
    let next = 0;
    const tats = new Map(
      buckets.map(({ key, limit }) => {
        const tat = isHashed(limit, kept) ? (replies[next++] ?? replies[next]) : replies[next];
        next += 1;
        return [key, tat];
      }),
    );
    return {
      version,
      consumers: wanted.map((one, at): ConsumerUse => ({
        asid: one.asid,
        limits: one.limits.map((limit) => useOf(limit, tats, nowUs)),
        refusals: readRefusals(replies[next + at]),
      })),
    };
  };
}

function hasBucket(one: ConsumerLimit): one is ConsumerLimit & { readonly key: string } {
  return one.key !== null;
}

async function repliesOf(
  executed: Promise<readonly (readonly [Error | null, unknown])[] | null>,
): Promise<readonly unknown[]> {
  try {
    return ((await executed) ?? []).map(([error, reply]) => {
      if (error) throw error;
      return reply;
    });
  } catch (cause) {
    throw new EndpointError(503, 'the counters are not available', { cause });
  }
}

function useOf(
  { rule, scope, interactionId, provider, limit, mode, key }: ConsumerLimit,
  tats: ReadonlyMap<string, unknown>,
  nowUs: number,
): ConsumerLimitUse {
  const told = {
    rule,
    scope,
    interactionId,
    provider,
    perSecond: Number((secondUs / limit.intervalUs).toFixed(3)),
    limit: limit.burst,
    windowSeconds: Math.ceil(spanOf(limit) / secondUs),
    mode,
  };
  if (key === null) return { ...told, use: null };
  const tat = tats.get(key);
  const { spareUs, tatUs } = roomIn(limit, typeof tat === 'string' ? Number(tat) : undefined, 0, nowUs);
  const remaining = Math.floor(spareUs / limit.intervalUs);
  return { ...told, use: { remaining, resetSeconds: Math.ceil((tatUs - nowUs) / secondUs) } };
}
