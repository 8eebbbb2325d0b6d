import { inTransaction, openPool, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { filePath, type Service } from '@ssp/service';
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Pool } from 'pg';
import { z } from 'zod';
import { AgreementsFile, type Selector } from './agreements-file.ts';

/** The environment of the job that loads the data sharing rules. */
export const LoadAgreementsConfig = z
  .object({
    ...postgresEnvironment,
    AGREEMENTS_FILE: filePath.describe('Reviewed file of data sharing rules, JSON'),
  })
  .transform((env) => ({
    postgres: toPostgresConfig(env, 'authz-load-agreements'),
    file: env.AGREEMENTS_FILE,
  }));
export type LoadAgreementsConfig = z.output<typeof LoadAgreementsConfig>;

/** Replaces the data sharing rules by those of the file; a faulty file changes nothing. */
export async function loadAgreements(config: LoadAgreementsConfig, service: Service): Promise<void> {
  const parsed = AgreementsFile.safeParse(JSON.parse(await readFile(config.file, 'utf8')));
  if (!parsed.success) throw new Error(`${config.file}: ${z.prettifyError(parsed.error)}`);
  const pool = openPool(config.postgres, service.log, service.resources);
  const changed = await storeAgreements(pool, parsed.data);
  service.log.info({ rules: parsed.data.rules.length, changed }, 'agreements loaded');
}

/** Makes the table equal to the file, in one transaction; tells whether anything changed. */
export async function storeAgreements(pool: Pool, { rules }: AgreementsFile): Promise<boolean> {
  const wanted = rules.map((rule, ordinal) => ({
    rule_id: `${ordinal + 1}`,
    agreement_id: rule.agreementId,
    priority: rule.priority,
    from_asid: asidOf(rule.from),
    from_ods: odsOf(rule.from),
    to_asid: asidOf(rule.to),
    to_ods: odsOf(rule.to),
    interaction: rule.interaction === 'any' ? null : rule.interaction,
    effect: rule.effect,
    valid_from: dateOf(rule.validFrom),
    valid_to: dateOf(rule.validTo),
  }));
  return inTransaction(pool, async (client) => {
    // One writer at a time: the next waits here.
    await client.query('select version from authz.rules_version for update');
    const held = await client.query(`
      select rule_id, agreement_id, priority, from_asid, from_ods, to_asid, to_ods, interaction, effect,
        valid_from, valid_to
      from authz.agreement order by rule_id::int`);
    if (isDeepStrictEqual(held.rows, wanted)) return false;
    await client.query(`
      select set_config('authz.kind', 'rules', true), set_config('authz.who', session_user, true),
        set_config('authz.why', 'load of the rules file', true)`);
    await client.query('delete from authz.agreement');
    await client.query({
      text: `
        insert into authz.agreement (rule_id, agreement_id, priority, from_asid, from_ods, to_asid, to_ods,
          interaction, effect, valid_from, valid_to)
        select rule_id, agreement_id, priority, from_asid, from_ods, to_asid, to_ods, interaction, effect,
          valid_from, valid_to
        from json_to_recordset($1::json) as listed (rule_id text, agreement_id text, priority int,
          from_asid text, from_ods text, to_asid text, to_ods text, interaction text, effect text,
          valid_from timestamptz, valid_to timestamptz)`,
      values: [JSON.stringify(wanted)],
    });
    return true;
  });
}

const asidOf = (selector: Selector) => (selector !== 'any' && 'asid' in selector ? selector.asid : null);

const odsOf = (selector: Selector) =>
  selector !== 'any' && 'ods' in selector ? selector.ods.toUpperCase() : null;

const dateOf = (text: string | undefined) => (text === undefined ? null : new Date(text));
