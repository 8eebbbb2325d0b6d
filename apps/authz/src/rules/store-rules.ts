import { inTransaction } from '@ssp/postgres';
import { type Pool, type PoolClient } from 'pg';
import { diffRules, type RulesChange } from './diff-rules.ts';
import { exportRules, ruleColumns } from './export-rules.ts';
import { type RulesSection, rulesSections } from './rules-entries.ts';
import { type RulesFile } from './rules-file.ts';

/** Who changes the rules, and on what ground; both are kept for good. */
export type Authorship = { readonly who: string; readonly why: string };

export type StoredRules = {
  readonly changes: readonly RulesChange[];
  /** The version that the change has made, or the one in force where nothing differed. */
  readonly rulesVersion: string;
};

/** Makes the rules in force equal to the file, in one transaction, writing only what differs. */
export async function storeRules(pool: Pool, wanted: RulesFile, by: Authorship): Promise<StoredRules> {
  return changeRules(pool, () => wanted, by);
}

/**
 * Replaces the rules in force by what `change` makes of them, in one transaction, so that of two who change at the same
 * time neither undoes the other's work.
 */
export async function changeRules(
  pool: Pool,
  change: (held: RulesFile, client: PoolClient) => RulesFile | Promise<RulesFile>,
  { who, why }: Authorship,
): Promise<StoredRules> {
  return inTransaction(pool, async (client) => {
    // One writer at a time: the next waits here.
    const locked = await client.query<VersionRow>('select version from authz.rules_version for update');
    const held = await exportRules(client);
    const changes = diffRules(held, await change(held, client));
    if (changes.length === 0) return { changes, rulesVersion: locked.rows[0]?.version ?? '' };
    await client.query({
      text: `
        select set_config('authz.kind', 'rules', true), set_config('authz.who', $1, true),
          set_config('authz.why', $2, true)`,
      values: [who, why],
    });
    for (const section of rulesSections) await write(client, section, changes);
    const made = await client.query<VersionRow>('select authz.begin_change() as version');
    return { changes, rulesVersion: made.rows[0]?.version ?? '' };
  });
}

/** Whether there ever was a change other than by a load of the directory, also where nothing of it is left. */
export async function wereRulesStored(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ stored: boolean }>(
    `select exists (select from authz.change where kind <> 'directory') as stored`,
  );
  return rows[0]?.stored === true;
}

type VersionRow = { readonly version: string };

async function write(
  client: PoolClient,
  section: RulesSection,
  changes: readonly RulesChange[],
): Promise<void> {
  for (const kind of ['removed', 'changed', 'added'] as const) {
    const statement = statementsOf[section][kind];
    const rows = changes
      .filter((change) => change.section === section && change.change === kind)
      .map(({ before, after }) => (after ?? before)?.row);
    if (rows.length > 0 && statement !== null) await client.query(statement, [JSON.stringify(rows)]);
  }
}

type Statements = Readonly<Record<RulesChange['change'], string | null>>;

const rules = `json_to_recordset($1::json) as listed (rule_id text, agreement_id text, priority int, from_asid text,
  from_ods text, to_asid text, to_ods text, interaction text, capability text, effect text, valid_from timestamptz,
  valid_to timestamptz, note text)`;
const capabilities = 'json_to_recordset($1::json) as listed (capability text, interaction text)';
const policies = 'json_to_recordset($1::json) as listed (interaction text, agreement text, internet boolean)';
const aliases = 'json_to_recordset($1::json) as listed (requested text, registered text)';
const names = 'json_to_recordset($1::json) as listed (asid text, fqdn text)';

// The tables keep their history by triggers for each row, so nothing is written that does not change.
const statementsOf: Readonly<Record<RulesSection, Statements>> = {
  rules: {
    removed: `delete from authz.agreement as held using ${rules} where held.rule_id = listed.rule_id`,
    changed: `
      update authz.agreement as held set (${ruleColumns}) = row(listed.*)
      from ${rules} where held.rule_id = listed.rule_id`,
    added: `insert into authz.agreement (${ruleColumns}) select ${ruleColumns} from ${rules}`,
  },
  capabilities: {
    removed: `
      delete from authz.capability_interaction as held using ${capabilities}
      where (held.capability, held.interaction) = (listed.capability, listed.interaction)`,
    changed: null,
    added: `
      insert into authz.capability_interaction (capability, interaction)
      select capability, interaction from ${capabilities}`,
  },
  interactions: {
    removed: `
      delete from authz.interaction_policy as held using ${policies} where held.interaction = listed.interaction`,
    changed: `
      update authz.interaction_policy as held set agreement = listed.agreement, internet = listed.internet
      from ${policies} where held.interaction = listed.interaction`,
    added: `
      insert into authz.interaction_policy (interaction, agreement, internet)
      select interaction, agreement, internet from ${policies}`,
  },
  aliases: {
    removed: `
      delete from authz.interaction_alias as held using ${aliases} where held.requested = listed.requested`,
    changed: `
      update authz.interaction_alias as held set registered = listed.registered
      from ${aliases} where held.requested = listed.requested`,
    added: `
      insert into authz.interaction_alias (requested, registered) select requested, registered from ${aliases}`,
  },
  certificateNames: {
    removed: `
      delete from authz.certificate_name as held using ${names}
      where (held.asid, held.fqdn) = (listed.asid, listed.fqdn)`,
    changed: null,
    added: `insert into authz.certificate_name (asid, fqdn) select asid, fqdn from ${names}`,
  },
};
