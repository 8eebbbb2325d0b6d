import { openPool, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { filePath, flag, type Service } from '@ssp/service';
import { faultLines, Why } from '@ssp/service/operator';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { diffRules, type RulesChange } from './diff-rules.ts';
import { exportRules } from './export-rules.ts';
import { readRulesFile } from './read-rules-file.ts';
import { storeRules, wereRulesStored } from './store-rules.ts';

/** The environment of the job that loads the rules. */
export const LoadRulesConfig = z
  .object({
    ...postgresEnvironment,
    RULES_FILE: filePath.describe('Reviewed file of rules, YAML or JSON: the whole of them'),
    RULES_WHO: z
      .string()
      .min(1)
      .max(100)
      .default('load-rules')
      .describe('Who answers for the change; kept with it'),
    RULES_WHY: Why.default('load of the rules file').describe(
      'Why the rules change, such as the number of the review; kept with the change',
    ),
    RULES_DIFF_ONLY: flag.default(false).describe('Whether only to log what would change'),
    RULES_FIRST_ONLY: flag
      .default(false)
      .describe('Whether to change nothing where rules were ever stored, as for a sample'),
  })
  .transform((env) => ({
    postgres: toPostgresConfig(env, 'authz-load-rules'),
    file: env.RULES_FILE,
    by: { who: env.RULES_WHO, why: env.RULES_WHY },
    diffOnly: env.RULES_DIFF_ONLY,
    firstOnly: env.RULES_FIRST_ONLY,
  }));
export type LoadRulesConfig = z.output<typeof LoadRulesConfig>;

/** Replaces the rules in force by those of the file, and logs each change. A faulty file changes nothing. */
export async function loadRules(config: LoadRulesConfig, { log, resources }: Service): Promise<void> {
  const wanted = readRulesFile(await readFile(config.file, 'utf8'));
  if (!wanted.read) throw new Error(faultLines(config.file, wanted));
  const pool = openPool(config.postgres, log, resources);
  if (config.diffOnly) {
    logChanges(diffRules(await exportRules(pool), wanted.file));
    return;
  }
  if (config.firstOnly && (await wereRulesStored(pool))) {
    return log.info('rules are stored already; the file was left');
  }
  const { changes, rulesVersion } = await storeRules(pool, wanted.file, config.by);
  logChanges(changes);
  log.info({ rules: wanted.file.rules.length, changes: changes.length, rulesVersion }, 'rules loaded');

  function logChanges(listed: readonly RulesChange[]): void {
    for (const { section, key, change, fields } of listed) {
      log.info({ section, key: key.join(' '), change, fields }, 'rule differs');
    }
  }
}
