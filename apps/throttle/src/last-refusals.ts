import { LastRefusal, refusalsKeptMax, type ThrottleAnswer, type ThrottleAsk } from '@ssp/contracts';
import { type ChainableCommander } from 'ioredis';
import { type RedisLink } from './open-redis.ts';

const keptMs = 24 * 3_600_000;

/** A refusal and the ask that met it. */
export type Refused = {
  readonly ask: ThrottleAsk;
  readonly answer: Extract<ThrottleAnswer, { admission: 'refuse' }>;
};

/** The name of the list of a consumer's last refusals. */
export function lastRefusalsKey(hashTag: string, consumer: string): string {
  return `{${hashTag}}:throttle:refusals:${consumer}`;
}

/** Adds the refusals of one batch to the lists of their consumers, alike ones as one, in one round trip. */
export async function keepRefusals(
  redis: RedisLink,
  hashTag: string,
  refused: readonly Refused[],
  now: Date,
): Promise<void> {
  const pipeline = redis.pipeline();
  for (const [consumer, all] of Map.groupBy(refused, ({ ask }) => ask.from)) {
    const key = lastRefusalsKey(hashTag, consumer);
    const texts = alike(all, now).map((refusal) => JSON.stringify(refusal));
    pipeline.lpush(key, ...texts.slice(-refusalsKeptMax));
    pipeline.ltrim(key, 0, refusalsKeptMax - 1);
    pipeline.pexpire(key, keptMs);
  }
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
}

/** Asks for the list of a consumer, the last first, as a part of a pipeline; `readRefusals` reads what comes. */
export function askRefusals(pipeline: ChainableCommander, hashTag: string, consumer: string): void {
  pipeline.lrange(lastRefusalsKey(hashTag, consumer), 0, refusalsKeptMax - 1);
}

/** Reads a list; what another version has written otherwise is left out. */
export function readRefusals(list: unknown): LastRefusal[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((text) => LastRefusal.safeParse(parseJson(String(text))).data ?? []);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function alike(refused: readonly Refused[], now: Date): readonly LastRefusal[] {
  const at = now.toISOString();
  const kinds = Map.groupBy(
    refused,
    ({ ask, answer }) => `${answer.rule} ${answer.scope} ${ask.to} ${ask.interactionId}`,
  );
  return [...kinds.values()].flatMap((kind) => {
    const last = kind.at(-1);
    if (!last) return [];
    const { ask, answer } = last;
    const { rule, scope, retryAfterSeconds } = answer;
    const { to, interactionId } = ask;
    return { at, rule, scope, to, interactionId, retryAfterSeconds, times: kind.length };
  });
}
