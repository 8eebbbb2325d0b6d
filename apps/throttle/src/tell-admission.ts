import { type ThrottleAnswer, type ThrottleAsk, traceOf } from '@ssp/contracts';
import { type Logger } from 'pino';

/** Leaves a line of what was not admitted; of what was, nearly all, only where somebody looks closely. */
export function tellAdmission(log: Logger, ask: ThrottleAsk, answer: ThrottleAnswer): void {
  if (answer.admission === 'unreadable') return;
  const { admission, rule, version } = answer;
  if (admission !== 'admit') log.info({ ...traceOf(ask), rule, version, answer: admission }, 'not admitted');
  else if (log.isLevelEnabled('debug')) log.debug({ ...traceOf(ask), rule, version }, 'admitted');
}
