import { groundOf } from '../decide.ts';
import { type AgreementRow } from '../snapshot-rows.ts';
import { agreementRow, isWithdrawn, policyRow } from './explained-row.ts';
import { type Grounds, systemOf, type ToldCheck } from './told-check.ts';

/** F: the rule that decides, those that would if they held now, and what holds without any. */
export function tellAgreement(grounds: Grounds): ToldCheck {
  const { facts, rows, nowMs } = grounds;
  const { rule, interactionPolicy, ask } = facts;
  const policies = rows.policies.map((row) => policyRow(row));
  const matching = rows.agreements.map((row) => agreementRow(row));
  const deciding = rows.agreements.find((row) => row.rule_id === rule?.ruleId);
  if (interactionPolicy.agreement === 'exempt') {
    return {
      why: `${ask.interactionId} needs no agreement: its policy is exempt.`,
      rows: policies,
      remedy: '',
    };
  }
  const parties = `from ${partyOf(grounds, ask.from)} to ${partyOf(grounds, ask.to)} for ${ask.interactionId}`;
  if (deciding !== undefined) {
    const { rule_id, priority, effect, agreement_id, valid_to } = deciding;
    const until = valid_to === null ? '' : ` until ${valid_to.toISOString()}`;
    const others = matching.length - 1;
    return {
      why: `Rule ${rule_id} (priority ${priority}, agreement ${agreement_id}) ${effect === 'allow' ? 'allows' : 'denies'} it${until}${others === 0 ? '' : `; ${others} more speak of it and come after or do not hold`}.`,
      rows: matching,
      remedy: `End rule ${rule_id}, or add an agreement ${parties} that allows and has a lower priority than ${priority}; rule ${rule_id} (priority ${priority}) denies it${until === '' ? ' without an end' : until}.`,
    };
  }
  const effect = groundOf(facts).effect === 'allow' ? 'allows' : 'denies';
  const setBy =
    interactionPolicy.agreement === null ? "the service's own setting" : "the interaction's policy";
  if (facts.sender === undefined || facts.receiver === undefined) {
    return {
      why: `The directory does not know both parties, so no rule of theirs is looked for; without one ${setBy} ${effect} it.`,
      rows: policies,
      remedy: `Have both parties registered in the directory first.`,
    };
  }
  const away = rows.agreements.map((row) => `rule ${row.rule_id} ${whyNotInForce(row, nowMs)}`);
  return {
    why: `No rule that holds speaks of it${away.length === 0 ? '' : ` (${away.join('; ')})`}; without one ${setBy} ${effect} it.`,
    rows: [...matching, ...policies],
    remedy: `Add an agreement ${parties} that allows it.`,
  };
}

function whyNotInForce(row: AgreementRow, nowMs: number): string {
  if (isWithdrawn(row)) return 'was withdrawn before it began';
  const { valid_from, valid_to } = row;
  return valid_to !== null && valid_to.getTime() <= nowMs
    ? `ended on ${valid_to.toISOString()}`
    : `begins on ${valid_from?.toISOString() ?? ''}`;
}

function partyOf(grounds: Grounds, asid: string): string {
  const system = systemOf(grounds, asid);
  return system === undefined ? `ASID ${asid}` : `ASID ${asid} (organisation ${system.ods})`;
}
