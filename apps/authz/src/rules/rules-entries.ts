import { type FileEntry } from '@ssp/service/operator';
import { type RulesFile, type RulesFileRule, type Selector } from './rules-file.ts';

export const rulesSections = [
  'rules',
  'capabilities',
  'interactions',
  'aliases',
  'certificateNames',
] as const;
export type RulesSection = (typeof rulesSections)[number];

/** One thing that a rules file states, in the form in which two files are compared and in that of its table's row. */
export type RulesEntry = FileEntry & {
  readonly section: RulesSection;
  readonly row: Readonly<Record<string, string | number | boolean | null>>;
};

/** Takes a rules file apart; two files of the same entries mean the same. */
export function rulesEntries(file: RulesFile): readonly RulesEntry[] {
  return [
    ...file.rules.map(ruleEntry),
    ...Object.entries(file.capabilities).flatMap(([capability, interactions]) =>
      interactions.map((interaction): RulesEntry => ({
        section: 'capabilities',
        key: [capability, interaction],
        fields: {},
        row: { capability, interaction },
      })),
    ),
    ...Object.entries(file.interactions).map(([interaction, { agreement, internet }]): RulesEntry => ({
      section: 'interactions',
      key: [interaction],
      fields: stated({ agreement, internet: String(internet) }),
      row: { interaction, agreement: agreement ?? null, internet },
    })),
    ...Object.entries(file.aliases).map(([requested, registered]): RulesEntry => ({
      section: 'aliases',
      key: [requested],
      fields: { registered },
      row: { requested, registered },
    })),
    ...Object.entries(file.certificateNames).flatMap(([asid, names]) =>
      names.map((fqdn): RulesEntry => ({
        section: 'certificateNames',
        key: [asid, fqdn.toLowerCase()],
        fields: {},
        row: { asid, fqdn },
      })),
    ),
  ];
}

/** A data sharing rule, taken apart. */
export function ruleEntry(rule: RulesFileRule): RulesEntry {
  const { ruleId, agreementId, priority, from, to, interaction, capability, effect, note } = rule;
  const validFrom = instantOf(rule.validFrom);
  const validTo = instantOf(rule.validTo);
  const fields = {
    agreementId,
    priority: String(priority),
    from: selectorText(from),
    to: selectorText(to),
    interaction,
    capability,
    effect,
    validFrom,
    validTo,
    note,
  };
  return {
    section: 'rules',
    key: [ruleId],
    fields: stated(fields),
    row: {
      rule_id: ruleId,
      agreement_id: agreementId,
      priority,
      from_asid: asidOf(from),
      from_ods: odsOf(from),
      to_asid: asidOf(to),
      to_ods: odsOf(to),
      interaction: interaction === 'any' ? null : (interaction ?? null),
      capability: capability ?? null,
      effect,
      valid_from: validFrom ?? null,
      valid_to: validTo ?? null,
      note: note ?? null,
    },
  };
}

function stated(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) kept[name] = value;
  return kept;
}

const asidOf = (selector: Selector) => (selector !== 'any' && 'asid' in selector ? selector.asid : null);

// Organisation codes are compared without case.
const odsOf = (selector: Selector) =>
  selector !== 'any' && 'ods' in selector ? selector.ods.toUpperCase() : null;

function selectorText(selector: Selector): string {
  if (selector === 'any') return 'any';
  return 'asid' in selector ? `asid ${selector.asid}` : `ods ${selector.ods.toUpperCase()}`;
}

const instantOf = (moment: string | undefined) =>
  moment === undefined ? undefined : new Date(moment).toISOString();
