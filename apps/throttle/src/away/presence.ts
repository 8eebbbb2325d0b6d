import { randomUUID } from 'node:crypto';
import { type RedisLink } from '../open-redis.ts';
import { answerWithin, NoAnswerInTime } from './answer-within.ts';
import { type Breaker } from './breaker.ts';
import { heardNothing, heardOf, type KnownProcesses } from './known-processes.ts';

const beatMs = 2_000;
const presenceMs = 6_000;
/** Of a start: there is nobody yet who waits. */
const firstPatienceMs = 1_000;
/** So many heartbeats in a row without an answer on a connection that stands, and it is given up for a new one. */
const silencesMax = 3;
const probeMs = { shortest: 100, longest: 500 } as const;

/** Answers how many processes are alive, this one among them, on Redis's own clock. */
const beatScript = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZCARD', KEYS[1])`;

/** One process as the others see it. */
type Self = { readonly redis: RedisLink; readonly key: string; readonly id: string };

/** What a process needs to be seen by the others. */
export type PresenceParts = {
  readonly redis: RedisLink;
  readonly hashTag: string;
  readonly timeoutMs: number;
  readonly breaker: Breaker;
  /** Told how many there are, after each answered heartbeat. */
  readonly heard: (processes: number) => void;
};

/** One process among those that count together. */
export type Presence = {
  /** How many there are, as last known; at least this one. */
  readonly processes: () => number;
  /** To be called when the breaker has opened: the next heartbeat then comes soon. */
  readonly probeSoon: () => void;
};

/**
 * Tells Redis every 2 seconds that this process is alive, and learns how many are. The heartbeat also finds out when Redis is back:
 * it is a write in the slot of the counters, one at a time, every 100 to 500 ms while the breaker is open. Where the first of all is not answered, the breaker opens.
 */
export async function keepPresent(
  { redis, hashTag, timeoutMs, breaker, heard }: PresenceParts,
  resources: AsyncDisposableStack,
): Promise<Presence> {
  const self: Self = { redis, key: `{${hashTag}}:throttle:processes`, id: randomUUID() };
  let known: KnownProcesses = { count: 1, fewer: null };
  let timer: NodeJS.Timeout | undefined;
  let beating = false;
  let stopped = false;
  let silences = 0;

  const beat = async (patienceMs: number) => {
    const alive = await tellAlive(self, patienceMs);
    known = heardOf(known, alive, { nowMs: performance.now(), settleMs: presenceMs });
    silences = 0;
    heard(known.count);
    breaker.beat();
  };
  const missed = (cause: unknown) => {
    known = heardNothing(known);
    breaker.missed(cause);
    // Also what answers the wrong question: a connection whose replies are out of step never mends itself.
    silences = cause instanceof NoAnswerInTime && redis.status === 'ready' ? silences + 1 : 0;
    if (silences >= silencesMax) redis.disconnect(true);
  };
  const schedule = () => {
    if (stopped || beating) return;
    clearTimeout(timer);
    timer = setTimeout(() => void next(), breaker.state === 'open' ? probeDelayMs() : beatMs);
  };
  const next = async () => {
    beating = true;
    await beat(timeoutMs).catch(missed);
    beating = false;
    schedule();
  };

  await beat(firstPatienceMs).catch((cause: unknown) => breaker.open(cause));
  schedule();
  resources.defer(async () => {
    stopped = true;
    clearTimeout(timer);
    await tellGone(self, timeoutMs).catch(() => undefined);
  });
  return { processes: () => known.count, probeSoon: schedule };
}

/** @returns how many are alive, this one among them */
async function tellAlive({ redis, key, id }: Self, patienceMs: number): Promise<number> {
  const alive = await answerWithin(redis.eval(beatScript, 1, key, id, presenceMs), patienceMs);
  if (typeof alive === 'number') return alive;
  throw new Error('the heartbeat was answered something else than a number');
}

/** So that the others need not wait until this one expires. */
function tellGone({ redis, key, id }: Self, patienceMs: number): Promise<number> {
  return answerWithin(redis.zrem(key, id), patienceMs);
}

function probeDelayMs(): number {
  return probeMs.shortest + Math.random() * (probeMs.longest - probeMs.shortest);
}
