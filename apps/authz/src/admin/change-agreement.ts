import { inTransaction } from '@ssp/postgres';
import { Problem } from '@ssp/service';
import { type Pool, type PoolClient } from 'pg';
import { ruleColumns } from '../rules/export-rules.ts';
import { inconsistencies } from '../rules/inconsistencies.ts';
import { ruleEntry } from '../rules/rules-entries.ts';
import { type RulesFileRule } from '../rules/rules-file.ts';
import { type Authorship } from '../rules/store-rules.ts';
import { type HeldAgreement, readAgreement } from './read-agreements.ts';

/**
 * Adds a data sharing rule.
 * @throws Problem 409 with the rule that has the id already, 422 for a rule that makes no sense
 */
export async function addAgreement(pool: Pool, rule: RulesFileRule, by: Authorship): Promise<HeldAgreement> {
  return changing(pool, by, async (client) => {
    const held = await readAgreement(client, rule.ruleId);
    if (held !== null) {
      throw new Problem(409, `The rule ${rule.ruleId} is there already: change it instead.`, { held });
    }
    await refuseInconsistent(client, rule);
    await client.query({
      text: `
        insert into authz.agreement (${ruleColumns})
        select ${ruleColumns} from jsonb_populate_record(null::authz.agreement, $1)`,
      values: [JSON.stringify(ruleEntry(rule).row)],
    });
    return stored(client, rule.ruleId);
  });
}

/**
 * Replaces the data sharing rule that has been held since `sinceVersion` by what `change` makes of it.
 * @throws Problem 404, 412 with the rule that is held where it has changed since, 422 for one that makes no sense
 */
export async function changeAgreement(
  pool: Pool,
  { ruleId, sinceVersion }: { readonly ruleId: string; readonly sinceVersion: string },
  change: (held: RulesFileRule) => RulesFileRule,
  by: Authorship,
): Promise<HeldAgreement> {
  return changing(pool, by, async (client) => {
    const held = await readAgreement(client, ruleId);
    if (held === null) throw new Problem(404, `No rule has the id ${ruleId}.`);
    if (held.sinceVersion !== sinceVersion) {
      throw new Problem(412, `The rule ${ruleId} was changed meanwhile, in version ${held.sinceVersion}.`, {
        held,
      });
    }
    const wanted = change(held.rule);
    await refuseInconsistent(client, wanted);
    await client.query({
      text: `
        update authz.agreement set (${ruleColumns}) =
          (select ${ruleColumns} from jsonb_populate_record(null::authz.agreement, $1))
        where rule_id = $2`,
      values: [JSON.stringify(ruleEntry(wanted).row), ruleId],
    });
    return stored(client, ruleId);
  });
}

function changing<Result>(
  pool: Pool,
  { who, why }: Authorship,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  return inTransaction(pool, async (client) => {
    // One writer at a time: the next waits here.
    await client.query('select version from authz.rules_version for update');
    await client.query({
      text: `
        select set_config('authz.kind', 'rules', true), set_config('authz.who', $1, true),
          set_config('authz.why', $2, true)`,
      values: [who, why],
    });
    return work(client);
  });
}

/** By the very checks of a rules file, with the capabilities that are held. */
async function refuseInconsistent(client: PoolClient, rule: RulesFileRule): Promise<void> {
  const { rows } = await client.query<{ capability: string; interaction: string }>(
    'select distinct on (capability) capability, interaction from authz.capability_interaction',
  );
  const capabilities = Object.fromEntries(
    rows.map(({ capability, interaction }) => [capability, [interaction]]),
  );
  const faults = inconsistencies({ rules: [rule], capabilities })
    .filter(({ path }) => path[0] === 'rules')
    .map(({ path, message }) => [path.slice(2).join('.'), message].filter((part) => part !== '').join(': '));
  if (faults.length > 0) throw new Problem(422, faults.join('; '));
}

async function stored(client: PoolClient, ruleId: string): Promise<HeldAgreement> {
  const held = await readAgreement(client, ruleId);
  if (held === null) throw new Error(`the rule ${ruleId} is gone from the transaction that stored it`);
  return held;
}
