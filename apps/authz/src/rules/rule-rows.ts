import { type RuleRows } from '../snapshot-rows.ts';
import { type RulesFile, type Selector } from './rules-file.ts';

/** A rules file as the rows that its tables would hold, to be judged by without being stored. */
export function ruleRowsOf(file: RulesFile): RuleRows {
  return {
    certificateNames: Object.entries(file.certificateNames).flatMap(([asid, names]) =>
      names.map((fqdn) => ({ asid, fqdn })),
    ),
    aliases: Object.entries(file.aliases).map(([requested, registered]) => ({ requested, registered })),
    capabilities: Object.entries(file.capabilities).flatMap(([capability, interactions]) =>
      interactions.map((interaction) => ({ capability, interaction })),
    ),
    policies: Object.entries(file.interactions).map(([interaction, { agreement, internet }]) => ({
      interaction,
      agreement: agreement ?? null,
      internet,
    })),
    agreements: file.rules.map(({ interaction, capability, ...rule }) => ({
      rule_id: rule.ruleId,
      agreement_id: rule.agreementId,
      priority: rule.priority,
      from_asid: asidOf(rule.from),
      from_ods: odsOf(rule.from),
      to_asid: asidOf(rule.to),
      to_ods: odsOf(rule.to),
      interaction: interaction === 'any' ? null : (interaction ?? null),
      capability: capability ?? null,
      effect: rule.effect,
      valid_from: momentOf(rule.validFrom),
      valid_to: momentOf(rule.validTo),
    })),
  };
}

const asidOf = (selector: Selector) => (selector !== 'any' && 'asid' in selector ? selector.asid : null);
const odsOf = (selector: Selector) => (selector !== 'any' && 'ods' in selector ? selector.ods : null);
const momentOf = (text: string | undefined) => (text === undefined ? null : new Date(text));
