import { type ClientBase, type Pool } from 'pg';
import { stringify } from 'yaml';
import { type AgreementRow } from '../snapshot-rows.ts';
import { type RulesFile, type RulesFileRule, type Selector } from './rules-file.ts';

/** A data sharing rule as its table holds it. */
export type RuleRow = AgreementRow & { readonly note: string | null };

/** The columns of a data sharing rule, for a statement. */
export const ruleColumns = `rule_id, agreement_id, priority, from_asid, from_ods, to_asid, to_ods, interaction, capability,
  effect, valid_from, valid_to, note`;

/** The rules in force as one file; inside a transaction that has locked the version, they stay what they are. */
export async function exportRules(db: Pool | ClientBase): Promise<RulesFile> {
  const rules = await db.query<RuleRow>(`
    select ${ruleColumns}
    from authz.agreement order by priority, effect desc, rule_id collate "C"`);
  const capabilities = await db.query<{ capability: string; interactions: string[] }>(`
    select capability, array_agg(interaction order by interaction collate "C") as interactions
    from authz.capability_interaction group by capability order by capability collate "C"`);
  const interactions = await db.query<{
    interaction: string;
    agreement: 'allow' | 'deny' | 'exempt' | null;
    internet: boolean;
  }>(
    `select interaction, agreement, internet from authz.interaction_policy order by interaction collate "C"`,
  );
  const aliases = await db.query<{ requested: string; registered: string }>(
    `select requested, registered from authz.interaction_alias order by requested collate "C"`,
  );
  const names = await db.query<{ asid: string; names: string[] }>(`
    select asid, array_agg(fqdn order by fqdn collate "C") as names
    from authz.certificate_name group by asid order by asid collate "C"`);
  return {
    rules: rules.rows.map(ruleOf),
    capabilities: Object.fromEntries(capabilities.rows.map((row) => [row.capability, row.interactions])),
    interactions: Object.fromEntries(
      interactions.rows.map(({ interaction, agreement, internet }) => [
        interaction,
        { ...(agreement !== null && { agreement }), internet },
      ]),
    ),
    aliases: Object.fromEntries(aliases.rows.map(({ requested, registered }) => [requested, registered])),
    certificateNames: Object.fromEntries(names.rows.map((row) => [row.asid, row.names])),
  };
}

/** A data sharing rule as the file states it. */
export function ruleOf(row: RuleRow): RulesFileRule {
  return {
    ruleId: row.rule_id,
    agreementId: row.agreement_id,
    priority: row.priority,
    from: selectorOf(row.from_asid, row.from_ods),
    to: selectorOf(row.to_asid, row.to_ods),
    ...(row.capability === null ? { interaction: row.interaction ?? 'any' } : { capability: row.capability }),
    effect: row.effect,
    ...(row.valid_from !== null && { validFrom: row.valid_from.toISOString() }),
    ...(row.valid_to !== null && { validTo: row.valid_to.toISOString() }),
    ...(row.note !== null && { note: row.note }),
  };
}

function selectorOf(asid: string | null, ods: string | null): Selector {
  if (asid !== null) return { asid };
  return ods === null ? 'any' : { ods };
}

/** A rules file as text that `readRulesFile` reads back to the same. */
export function writeRulesFile(file: RulesFile): string {
  return stringify(file, { lineWidth: 0 });
}
