import { type AuthzAsk } from '@ssp/contracts';
import { buildSnapshot } from '../../src/build-snapshot.ts';
import { type AgreementRow } from '../../src/snapshot-rows.ts';
import { type Policy } from '../../src/decide.ts';
import { rulesEntries, type RulesSection } from '../../src/rules/rules-entries.ts';
import { type RulesFile, type RulesFileRule } from '../../src/rules/rules-file.ts';
import { type Snapshot } from '../../src/snapshot.ts';
import { directory, nrl, nrlRead, overridden } from '../decision-samples.ts';

/** One case of the decision: what differs from an exchange that passes every check, and what is answered. */
export type DecisionCase = {
  readonly name: string;
  readonly asked?: Partial<AuthzAsk>;
  /** Sections of the rules file that replace those of the sample. */
  readonly rules?: Partial<RulesFile>;
  readonly settings?: Partial<Policy>;
  /** What the answer holds at least. */
  readonly answer: object;
  /** The text that the caller of a refused exchange sees (spec 7). */
  readonly text?: string;
};

/** The text of a case, where it states one. */
export const told = (text: string | undefined) => (text === undefined ? {} : { text });

/** The rules of every case that does not say otherwise. */
export const sampleRules: RulesFile = {
  rules: [],
  capabilities: {},
  interactions: {},
  aliases: { [nrlRead]: nrl },
  certificateNames: { [overridden]: ['Override.nhs.uk'] },
};

/** A rule for everyone and everything, of a priority in the middle, but for what is given. */
export function rule(
  ruleId: string,
  effect: 'allow' | 'deny',
  { interaction, capability, ...rest }: Partial<RulesFileRule> = {},
): RulesFileRule {
  return {
    ruleId,
    agreementId: `agreement-${ruleId}`,
    priority: 10,
    from: 'any',
    to: 'any',
    ...(capability === undefined ? { interaction: interaction ?? 'any' } : { capability }),
    effect,
    ...rest,
  };
}

/** The sample directory under the rules of a case, as a snapshot of the tables would have it. */
export function snapshotOf(rules: Partial<RulesFile> = {}): Snapshot {
  const file = { ...sampleRules, ...rules };
  const rows = (section: RulesSection) => rulesEntries(file).filter((entry) => entry.section === section);
  return buildSnapshot({
    ...directory,
    agreements: file.rules.map(agreementRow),
    capabilities: rows('capabilities').map(({ key: [capability = '', interaction = ''] }) => ({
      capability,
      interaction,
    })),
    policies: Object.entries(file.interactions).map(([interaction, { agreement, internet }]) => ({
      interaction,
      agreement: agreement ?? null,
      internet,
    })),
    aliases: Object.entries(file.aliases).map(([requested, registered]) => ({ requested, registered })),
    certificateNames: rows('certificateNames').map(({ key: [asid = '', fqdn = ''] }) => ({ asid, fqdn })),
  });
}

function agreementRow(entry: RulesFileRule): AgreementRow {
  const { from, to, interaction, capability, validFrom, validTo } = entry;
  return {
    rule_id: entry.ruleId,
    agreement_id: entry.agreementId,
    priority: entry.priority,
    from_asid: from !== 'any' && 'asid' in from ? from.asid : null,
    from_ods: from !== 'any' && 'ods' in from ? from.ods : null,
    to_asid: to !== 'any' && 'asid' in to ? to.asid : null,
    to_ods: to !== 'any' && 'ods' in to ? to.ods : null,
    interaction: interaction === 'any' ? null : (interaction ?? null),
    capability: capability ?? null,
    effect: entry.effect,
    valid_from: validFrom === undefined ? null : new Date(validFrom),
    valid_to: validTo === undefined ? null : new Date(validTo),
  };
}
