import { entryOf } from './entry-of.ts';
import { type BySelector, type Capability, type Rule, type Snapshot } from './snapshot.ts';
import { type AgreementRow, type CapabilityRow, type RuleRows } from './snapshot-rows.ts';

/** What a snapshot holds beside the directory. */
export type FiledRules = Pick<Snapshot, 'namesByAsid' | 'aliases' | 'policies' | 'agreements'> & {
  readonly ruleCount: number;
};

/** Lays out the rules so that a decision finds its own by look-ups. */
export function fileRules({
  certificateNames,
  aliases,
  capabilities,
  policies,
  agreements,
}: RuleRows): FiledRules {
  const namesByAsid = new Map<string, Set<string>>();
  for (const { asid, fqdn } of certificateNames) {
    entryOf(namesByAsid, asid, () => new Set<string>()).add(fqdn.toLowerCase());
  }
  return {
    namesByAsid,
    aliases: new Map(aliases.map(({ requested, registered }) => [requested, registered])),
    policies: new Map(
      policies.map(({ interaction, agreement, internet }) => [interaction, { agreement, internet }]),
    ),
    agreements: fileAgreements(agreements, collectCapabilities(capabilities)),
    ruleCount: agreements.length,
  };
}

function collectCapabilities(rows: readonly CapabilityRow[]): ReadonlyMap<string, Capability> {
  const capabilities = new Map<string, { name: string; interactions: Set<string> }>();
  for (const { capability, interaction } of rows) {
    entryOf(capabilities, capability, () => ({ name: capability, interactions: new Set() })).interactions.add(
      interaction,
    );
  }
  return capabilities;
}

/** Orders rules by priority; among equals a deny goes first, then the rule's id decides. */
function fileAgreements(
  rows: readonly AgreementRow[],
  capabilities: ReadonlyMap<string, Capability>,
): BySelector<BySelector<readonly Rule[]>> {
  const ordered = rows.toSorted(
    (left, right) =>
      left.priority - right.priority ||
      Number(left.effect === 'allow') - Number(right.effect === 'allow') ||
      (left.rule_id < right.rule_id ? -1 : 1),
  );
  const agreements = newSelector<Growing<Rule[]>>();
  for (const [rank, row] of ordered.entries()) {
    const bySender = fileUnder(agreements, row.from_asid, row.from_ods, () => newSelector<Rule[]>());
    fileUnder(bySender, row.to_asid, row.to_ods, () => []).push({
      rank,
      ruleId: row.rule_id,
      agreementId: row.agreement_id,
      interaction: row.interaction,
      capability: capabilityOf(row, capabilities),
      effect: row.effect,
      validFromMs: row.valid_from?.getTime() ?? null,
      validToMs: row.valid_to?.getTime() ?? null,
    });
  }
  return agreements;
}

// A capability without interactions covers none; taken as any it would.
function capabilityOf(
  { capability }: AgreementRow,
  capabilities: ReadonlyMap<string, Capability>,
): Capability | null {
  if (capability === null) return null;
  return capabilities.get(capability) ?? { name: capability, interactions: new Set() };
}

type Growing<Thing> = { asid: Map<string, Thing>; ods: Map<string, Thing>; any: Thing | null };

const newSelector = <Thing>(): Growing<Thing> => ({ asid: new Map(), ods: new Map(), any: null });

function fileUnder<Thing>(
  selector: Growing<Thing>,
  asid: string | null,
  ods: string | null,
  create: () => Thing,
): Thing {
  if (asid !== null) return entryOf(selector.asid, asid, create);
  if (ods !== null) return entryOf(selector.ods, ods.toUpperCase(), create);
  selector.any ??= create();
  return selector.any;
}
