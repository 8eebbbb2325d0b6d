import { AskBatch, type AuthzAnswer, AuthzAsk } from '@ssp/contracts';
import { EndpointError } from '@ssp/service';
import { z } from 'zod';
import { type AuthzConfig } from './config.ts';
import { decide } from './decide.ts';
import { type CurrentSnapshot, RulesUnavailable } from './keep-snapshot.ts';
import { type AuthzMetrics } from './metrics.ts';
import { type Snapshot } from './snapshot.ts';

/**
 * Answers a batch of asks, one each and in their order, all on one snapshot.
 * Throws EndpointError: 400 for what is no batch, 503 where no decision can be made.
 */
export function answerAsks(
  current: CurrentSnapshot,
  { policy }: Pick<AuthzConfig, 'policy'>,
  metrics: AuthzMetrics,
  newDecisionId: () => string,
): (body: unknown) => { readonly answers: readonly AuthzAnswer[] } {
  return (body) => {
    const batch = AskBatch.safeParse(body);
    if (!batch.success) throw new EndpointError(400, z.prettifyError(batch.error));
    const snapshot = snapshotOr503(current);
    const nowMs = Date.now();
    metrics.batchSize.observe(batch.data.asks.length);
    const answers = batch.data.asks.map((raw): AuthzAnswer => {
      const ask = AuthzAsk.safeParse(raw);
      const answer: AuthzAnswer = ask.success
        ? decide(snapshot, ask.data, { decisionId: newDecisionId(), nowMs, policy })
        : { decision: 'unreadable', fault: z.prettifyError(ask.error) };
      metrics.decisions.inc({ outcome: answer.decision === 'refuse' ? answer.refusal : answer.decision });
      return answer;
    });
    return { answers };
  };
}

function snapshotOr503(current: CurrentSnapshot): Snapshot {
  try {
    return current();
  } catch (error) {
    if (!(error instanceof RulesUnavailable)) throw error;
    throw new EndpointError(503, error.message, { cause: error });
  }
}
