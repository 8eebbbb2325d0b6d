import { type AuthzAnswer, type AuthzAsk, traceOf } from '@ssp/contracts';
import { type Logger } from 'pino';

/** Leaves a line of what was refused; of what was allowed, nearly all, only where somebody looks closely. */
export function tellDecision(log: Logger, ask: AuthzAsk, answer: AuthzAnswer): void {
  if (answer.decision === 'unreadable') return;
  const { decisionId, rulesVersion } = answer;
  if (answer.decision === 'refuse') {
    log.info({ ...traceOf(ask), decisionId, rulesVersion, refusal: answer.refusal }, 'refused');
  } else if (log.isLevelEnabled('debug')) log.debug({ ...traceOf(ask), decisionId, rulesVersion }, 'allowed');
}
