import {
  isThrottleAsk,
  isThrottleBatch,
  ThrottleAsk,
  ThrottleBatch,
  type ThrottleAnswer,
} from '@ssp/contracts';
import { EndpointError } from '@ssp/service';
import { type Logger } from 'pino';
import { z } from 'zod';
import { reportOf } from './caller-report.ts';
import { countAnswers } from './count-answers.ts';
import { type Counters } from './counting/counters.ts';
import { type Refused } from './last-refusals.ts';
import { type ThrottleMetrics } from './metrics.ts';
import { type ResolvedAsk, type ResolvedLimits } from './counting/resolved-limits.ts';
import { tellAdmission } from './tell-admission.ts';
import { toAnswer } from './to-answer.ts';

/** What a batch is answered with. */
export type AdmissionAnswers = { readonly answers: readonly ThrottleAnswer[] };

/** What the handler of a batch works with. */
export type Admitting = {
  /** The limits in force: all of a batch is decided by one version. */
  readonly limits: () => ResolvedLimits;
  readonly counters: Counters;
  /** Takes note of what was refused; not waited for. */
  readonly keepRefused: (refused: readonly Refused[]) => void;
  readonly metrics: ThrottleMetrics;
  readonly log: Logger;
};

type Read = ThrottleAsk | { readonly fault: string };

const faultLengthMax = 500;

/**
 * Gives the handler of a batch of asks: answers in their order, and one that cannot be read spoils only itself.
 * Throws an `EndpointError` of 400 for what is no batch.
 */
export function admitBatch({ limits, counters, keepRefused, metrics, log }: Admitting) {
  const count = countAnswers(metrics);
  return async (body: unknown): Promise<AdmissionAnswers> => {
    const batch = readBatch(body);
    const inForce = limits();
    const reads = batch.asks.map(readAsk);
    metrics.batchAsks.observe(reads.length);
    const asks: ResolvedAsk[] = [];
    for (const read of reads) if (!('fault' in read)) asks.push(inForce.ofAsk(read));
    const caller = reportOf(batch.caller, inForce);
    const taken = asks.length === 0 && caller === null ? [] : await counters.take({ asks, caller });
    let next = 0;
    const refused: Refused[] = [];
    const answers = reads.map((read): ThrottleAnswer => {
      if ('fault' in read) return { admission: 'unreadable', fault: read.fault };
      const decision = taken[next];
      next += 1;
      if (!decision) throw new Error('an ask was left without a decision');
      const answer = toAnswer(decision, inForce.version);
      tellAdmission(log, read, answer);
      if (answer.admission === 'refuse') refused.push({ ask: read, answer });
      return answer;
    });
    count(answers);
    if (refused.length > 0) keepRefused(refused);
    return { answers };
  };
}

function readBatch(body: unknown): ThrottleBatch {
  if (isThrottleBatch(body)) return body;
  const { data, error } = ThrottleBatch.safeParse(body);
  if (error) throw new EndpointError(400, `no batch of asks: ${z.prettifyError(error)}`);
  return data;
}

function readAsk(ask: unknown): Read {
  if (isThrottleAsk(ask)) return ask;
  const { data, error } = ThrottleAsk.safeParse(ask);
  return data ?? { fault: z.prettifyError(error).slice(0, faultLengthMax) };
}
