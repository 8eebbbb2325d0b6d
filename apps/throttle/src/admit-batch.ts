import { AskBatch, ThrottleAsk, type ThrottleAnswer } from '@ssp/contracts';
import { EndpointError } from '@ssp/service';
import { type Redis } from 'ioredis';
import { type Logger } from 'pino';
import { z } from 'zod';
import { runGcraScript, type ScriptAnswer } from './gcra-script.ts';
import { type LimitsOfAsk, type ScopedLimit } from './limits-of-ask.ts';
import { type ThrottleMetrics } from './metrics.ts';

/** What a batch is answered with. */
export interface AdmissionAnswers {
  readonly answers: readonly ThrottleAnswer[];
}

type Read = { readonly buckets: readonly ScopedLimit[] } | { readonly fault: string };

const microseconds = 1_000_000;

/**
 * Gives the handler of a batch of asks: answers in their order, and one that cannot be read spoils only itself.
 * Throws an `EndpointError` of 400 for what is no batch, and of 503 when Redis does not answer: what an unknown
 * allowance means is the caller's to decide.
 */
export function admitBatch(redis: Redis, limitsOf: LimitsOfAsk, metrics: ThrottleMetrics, log: Logger) {
  return async (body: unknown): Promise<AdmissionAnswers> => {
    const batch = AskBatch.safeParse(body);
    if (!batch.success) throw new EndpointError(400, `no batch of asks: ${z.prettifyError(batch.error)}`);
    const reads = batch.data.asks.map((ask) => readAsk(ask, limitsOf));
    metrics.batchAsks.observe(reads.length);
    const askable = reads.flatMap((read) => ('buckets' in read ? [read.buckets] : []));
    const decided = (await decide(askable)).values();
    const answers = reads.map((read) =>
      'buckets' in read ? toAnswer(decided.next().value, read.buckets) : unreadable(read.fault),
    );
    for (const answer of answers) metrics.asks.inc(labelsOf(answer));
    return { answers };
  };

  async function decide(asks: readonly (readonly ScopedLimit[])[]): Promise<readonly ScriptAnswer[]> {
    if (asks.length === 0) return [];
    const end = metrics.redisSeconds.startTimer();
    try {
      return await runGcraScript(redis, asks);
    } catch (cause) {
      metrics.asks.inc({ answer: 'unavailable', scope: '' }, asks.length);
      log.warn({ err: cause, asks: asks.length }, 'redis did not answer');
      throw new EndpointError(503, 'the counters are not available', { cause });
    } finally {
      end();
    }
  }
}

function readAsk(ask: unknown, limitsOf: LimitsOfAsk): Read {
  const { data, error } = ThrottleAsk.safeParse(ask);
  return data ? { buckets: limitsOf(data) } : { fault: z.prettifyError(error) };
}

function unreadable(fault: string): ThrottleAnswer {
  return { admission: 'unreadable', fault };
}

function toAnswer(decided: ScriptAnswer | undefined, buckets: readonly ScopedLimit[]): ThrottleAnswer {
  const speaker = decided && buckets[decided.bucket];
  if (!speaker) throw new Error('an ask was left without a decision');
  const allowance = {
    rule: speaker.scope,
    scope: speaker.scope,
    version: '0',
    counters: 'shared' as const,
    limit: speaker.limit.burst,
    remaining: decided.remaining,
    resetSeconds: Math.ceil(decided.resetUs / microseconds),
  };
  if (decided.admitted) return { admission: 'admit', ...allowance };
  return {
    admission: 'refuse',
    ...allowance,
    windowSeconds: Math.ceil((speaker.limit.intervalUs * speaker.limit.burst) / microseconds),
    retryAfterSeconds: Math.ceil(decided.retryAfterUs / microseconds),
  };
}

function labelsOf(answer: ThrottleAnswer) {
  return { answer: answer.admission, scope: answer.admission === 'refuse' ? answer.scope : '' };
}
