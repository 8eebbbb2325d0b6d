import {
  type ConsumerLimitUse,
  type ConsumerUse,
  ThrottleUseAsk,
  type ThrottleUseAnswer,
} from '@ssp/contracts';
import { EndpointError } from '@ssp/service';
import { z } from 'zod';
import { roomIn, spanOf } from './counting/gcra.ts';
import { keptIn } from './counting/kept-in.ts';
import { askRefusals, readRefusals } from './last-refusals.ts';
import { type ConsumerLimit, type ResolvedLimits } from './counting/resolved-limits.ts';
import { type RedisLink } from './open-redis.ts';

const secondUs = 1_000_000;
const places = 3;

/**
 * Gives the handler that tells consumers their limits, what they use of them now and their last refusals. It takes nothing.
 * Throws EndpointError: 400 for what is no ask, 503 when Redis does not answer.
 */
export function answerUse(redis: RedisLink, hashTag: string, limits: () => ResolvedLimits) {
  const { current, before, ownKey } = keptIn(hashTag);
  return async (body: unknown): Promise<ThrottleUseAnswer> => {
    const ask = ThrottleUseAsk.safeParse(body);
    if (!ask.success) throw new EndpointError(400, z.prettifyError(ask.error));
    const { version, ofConsumer } = limits();
    const wanted = ask.data.asids.map((asid) => ({ asid, limits: ofConsumer(asid) }));
    const keys = wanted.flatMap((one) => one.limits.flatMap(({ key }) => key ?? []));
    const pipeline = redis.pipeline().time();
    // A bucket lies in one of three places, by the figures that its limit had when it was used last.
    for (const key of keys) pipeline.hget(current, key).hget(before, key).get(ownKey(key));
    for (const { asid } of wanted) askRefusals(pipeline, hashTag, asid);
    const [time, ...replies] = await repliesOf(pipeline.exec());
    const nowUs = Array.isArray(time) ? Number(time[0]) * secondUs + Number(time[1]) : Date.now() * 1_000;
    const tats = new Map(
      keys.map((key, at) => [key, replies.slice(places * at, places * (at + 1)).find(Boolean)]),
    );
    return {
      version,
      consumers: wanted.map((one, at): ConsumerUse => ({
        asid: one.asid,
        limits: one.limits.map((limit) => useOf(limit, tats, nowUs)),
        refusals: readRefusals(replies[places * keys.length + at]),
      })),
    };
  };
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
