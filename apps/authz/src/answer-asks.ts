import { AskBatch, type AuthzAnswer, AuthzAsk, isAuthzAsk, traceOf } from '@ssp/contracts';
import { EndpointError } from '@ssp/service';
import { type Logger } from 'pino';
import { z } from 'zod';
import { type AuthzConfig } from './config.ts';
import { decide } from './decide.ts';
import { createDecisionIds } from './decision-ids.ts';
import { type CurrentSnapshot, RulesUnavailable } from './keep-snapshot.ts';
import { type AuthzMetrics } from './metrics.ts';
import { type Snapshot } from './snapshot.ts';
import { tellDecision } from './tell-decision.ts';

/**
 * Answers a batch of asks, one each and in their order, all on one snapshot; an ask that cannot be read or decided spoils only
 * itself. Throws EndpointError: 400 for what is no batch, 503 where no decision can be made.
 */
export function answerAsks(
  current: CurrentSnapshot,
  { policy }: Pick<AuthzConfig, 'policy'>,
  metrics: AuthzMetrics,
  log: Logger,
): (body: unknown) => { readonly answers: readonly AuthzAnswer[] } {
  const newDecisionId = createDecisionIds();

  const answerOne = (raw: unknown, snapshot: Snapshot, nowMs: number): AuthzAnswer => {
    const ask = readAsk(raw);
    if (typeof ask === 'string') return unreadable(ask);
    try {
      const answer = decide(snapshot, ask, { decisionId: newDecisionId(), nowMs, policy });
      tellDecision(log, ask, answer);
      return answer;
    } catch (error) {
      log.error({ err: error, ...traceOf(ask) }, 'an ask could not be decided');
      return undecided;
    }
  };

  return (body) => {
    const startedMs = performance.now();
    const batch = AskBatch.safeParse(body);
    if (!batch.success) throw new EndpointError(400, z.prettifyError(batch.error));
    const snapshot = snapshotOr503(current);
    const nowMs = Date.now();
    const answers = batch.data.asks.map((raw) => answerOne(raw, snapshot, nowMs));
    const seconds = (performance.now() - startedMs) / 1_000;
    // Behind the answer: nobody waits for its being counted.
    setImmediate(() => {
      metrics.batchSeconds.observe(seconds);
      metrics.batchSize.observe(answers.length);
      countOutcomes(metrics, answers);
    });
    return { answers };
  };
}

/** The ask, or what is wrong with it. The schema costs more than twice the plain check, so it sees only what that does not pass. */
function readAsk(raw: unknown): AuthzAsk | string {
  if (isAuthzAsk(raw)) return raw;
  const { data, error } = AuthzAsk.safeParse(raw);
  return data ?? z.prettifyError(error).slice(0, faultLengthMax);
}

const faultLengthMax = 500;
const unreadable = (fault: string): AuthzAnswer => ({ decision: 'unreadable', fault });
const undecided = unreadable('the ask could not be decided');

/** Counted by the batch, whose answers are mostly alike. */
function countOutcomes(metrics: AuthzMetrics, answers: readonly AuthzAnswer[]): void {
  const outcomes = new Map<string, number>();
  for (const answer of answers) {
    const outcome = outcomeOf(answer);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  for (const [outcome, count] of outcomes) metrics.decisions.inc({ outcome }, count);
}

function outcomeOf(answer: AuthzAnswer): string {
  if (answer === undecided) return 'failed';
  return answer.decision === 'refuse' ? answer.refusal : answer.decision;
}

/** The snapshot in force; where there is none an EndpointError of 503. */
export function snapshotOr503(current: CurrentSnapshot): Snapshot {
  try {
    return current();
  } catch (error) {
    if (!(error instanceof RulesUnavailable)) throw error;
    throw new EndpointError(503, error.message, { cause: error });
  }
}
