import { type LimitsChange } from '@ssp/contracts';
import { openPool, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { filePath, flag, type Service } from '@ssp/service';
import { Why } from '@ssp/service/operator';
import { z } from 'zod';
import { diffLimits, noLimits } from './diff-limits.ts';
import { readLimitsAt } from './read-limits-at.ts';
import { storeLimits } from './store-limits.ts';
import { readLastVersion, readStoredLimits } from './stored-limits.ts';

/** The environment of the job that loads the limits. */
export const LoadLimitsConfig = z
  .object({
    ...postgresEnvironment,
    LIMITS_FILE: filePath.describe('Reviewed file of limits, YAML or JSON: the whole of them'),
    LIMITS_WHO: z
      .string()
      .min(1)
      .max(100)
      .default('load-limits')
      .describe('Who answers for the change; kept with it'),
    LIMITS_WHY: Why.default('load of the limits file').describe(
      'Why the limits change, such as the number of the review; kept with the change',
    ),
    LIMITS_DIFF_ONLY: flag.default(false).describe('Whether only to log what would change'),
    LIMITS_FIRST_ONLY: flag
      .default(false)
      .describe('Whether to change nothing where limits were ever stored, as for a sample'),
  })
  .transform((env) => ({
    postgres: toPostgresConfig(env, 'throttle-load-limits'),
    file: env.LIMITS_FILE,
    by: { who: env.LIMITS_WHO, why: env.LIMITS_WHY, kind: 'file' as const },
    diffOnly: env.LIMITS_DIFF_ONLY,
    firstOnly: env.LIMITS_FIRST_ONLY,
  }));
export type LoadLimitsConfig = z.output<typeof LoadLimitsConfig>;

/** Makes the file's limits the version in force, and logs each change. A faulty file changes nothing. */
export async function loadLimits(config: LoadLimitsConfig, { log, resources }: Service): Promise<void> {
  const wanted = await readLimitsAt(config.file);
  const pool = openPool(config.postgres, log, resources);
  if (config.diffOnly) {
    const held = await readStoredLimits(pool);
    logChanges(diffLimits(held?.document ?? noLimits, wanted.document));
    return;
  }
  if (config.firstOnly) {
    const version = await readLastVersion(pool);
    if (version !== '0') return log.info({ version }, 'limits are stored already; the file was left');
  }
  const { changes, version } = await storeLimits(pool, wanted, config.by);
  logChanges(changes);
  log.info({ limits: wanted.document.limits.length, changes: changes.length, version }, 'limits loaded');

  function logChanges(listed: readonly LimitsChange[]): void {
    for (const { section, key, change, fields } of listed) {
      log.info({ section, key: key.join(' '), change, fields }, 'limit differs');
    }
  }
}
