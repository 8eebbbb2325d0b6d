import { type ThrottleAnswer } from '@ssp/contracts';
import { type ThrottleMetrics } from './metrics.ts';

/** Rules have ids of the operator's choice: so many of them are told apart, further ones are counted together. */
const rulesMax = 200;

/** Gives what counts the answers of a batch; admissions by the shared counters, nearly all of them, at once. */
export function countAnswers({
  asks,
  shadowRefusals,
}: Pick<ThrottleMetrics, 'asks' | 'shadowRefusals'>): (answers: readonly ThrottleAnswer[]) => void {
  const rulesSeen = new Set<string>();
  const labelOf = (rule: string) => {
    if (rulesSeen.size < rulesMax) rulesSeen.add(rule);
    return rulesSeen.has(rule) ? rule : 'others';
  };
  return (answers) => {
    let admitted = 0;
    for (const answer of answers) {
      const { admission } = answer;
      const counters = 'counters' in answer ? answer.counters : '';
      if (admission === 'admit' && counters === 'shared') admitted += 1;
      else asks.inc({ answer: admission, scope: admission === 'refuse' ? answer.scope : '', counters });
      if (!('shadowed' in answer)) continue;
      for (const rule of answer.shadowed ?? []) shadowRefusals.inc({ rule: labelOf(rule) });
    }
    if (admitted > 0) asks.inc({ answer: 'admit', scope: '', counters: 'shared' }, admitted);
  };
}
