import { Problem } from '@ssp/service';
import { type RulesFileRule } from '../rules/rules-file.ts';

/**
 * The rule with its end. One that has not begun by then is withdrawn: it ends at the moment it would begin, so that it never holds.
 * @throws Problem 409 for a rule that is over or withdrawn already, 422 for an end before a beginning that has passed
 */
export function endRule(rule: RulesFileRule, at: Date, now: Date): RulesFileRule {
  const { ruleId, validFrom, validTo } = rule;
  const beginsMs = validFrom === undefined ? -Infinity : Date.parse(validFrom);
  const endsMs = validTo === undefined ? Infinity : Date.parse(validTo);
  if (endsMs <= beginsMs) {
    throw new Problem(409, `The rule ${ruleId} is withdrawn already: it never comes into force.`);
  }
  if (endsMs <= now.getTime()) {
    throw new Problem(409, `The rule ${ruleId} has ended already, at ${validTo ?? ''}.`);
  }
  if (at.getTime() > beginsMs) return { ...rule, validTo: at.toISOString() };
  if (beginsMs >= now.getTime()) return { ...rule, validTo: validFrom };
  throw new Problem(
    422,
    `The rule ${ruleId} has been in force since ${validFrom ?? ''}: it cannot end before that.`,
  );
}
