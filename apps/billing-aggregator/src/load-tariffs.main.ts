import { readFile } from 'node:fs/promises';
import { inTransaction, openPool, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { filePath, flag, Problem, runJob } from '@ssp/service';
import { faultLines, Why } from '@ssp/service/operator';
import { z } from 'zod';
import { readTariffFile } from './books/read-tariff-file.ts';
import { diffTariffs } from './books/tariff-entries.ts';
import { readTariffs, storeTariffs } from './books/tariff-versions.ts';

await runJob({
  name: 'billing-load-tariffs',
  about: `Puts the tariffs of a reviewed file in force, as a version of their own, and logs each difference. A faulty file changes nothing.
Exit status: 0 done; 3 it would price a closed month otherwise, and changes nothing; 1 it could not be finished; 2 wrong settings.`,
  config: z.object({
    ...postgresEnvironment,
    TARIFFS_FILE: filePath.describe('Reviewed file of tariffs, YAML or JSON: the whole of them'),
    TARIFFS_WHO: z
      .string()
      .min(1)
      .max(100)
      .default('load-tariffs')
      .describe('Who answers for the change; kept with it'),
    TARIFFS_WHY: Why.default('load of the tariffs file').describe(
      'Why the tariffs change, such as the number of the review; kept with the change',
    ),
    TARIFFS_DIFF_ONLY: flag.default(false).describe('Whether only to log what would change'),
    TARIFFS_FIRST_ONLY: flag
      .default(false)
      .describe('Whether to change nothing where tariffs were ever loaded, as for a sample'),
  }),
  run: async (env, { log, resources }) => {
    const wanted = readTariffFile(await readFile(env.TARIFFS_FILE, 'utf8'));
    if (!wanted.read) throw new Error(faultLines(env.TARIFFS_FILE, wanted));
    const pool = openPool(toPostgresConfig(env, 'billing-load-tariffs'), log, resources);
    const held = await readTariffs(pool);
    for (const { section, key, change, fields } of diffTariffs(held.file, wanted.file)) {
      log.info({ section, key: key.join(' '), change, fields }, 'tariff differs');
    }
    if (env.TARIFFS_DIFF_ONLY) return;
    if (env.TARIFFS_FIRST_ONLY && held.version > 0) {
      return log.info('tariffs are loaded already; the file was left');
    }
    const actor = { role: 'billing', name: env.TARIFFS_WHO, subject: null, supplier: null };
    const by = { actor, why: env.TARIFFS_WHY, at: new Date() };
    try {
      const { version } = await inTransaction(pool, (client) =>
        storeTariffs(client, wanted.file, held.version, by),
      );
      log.info({ version }, 'tariffs loaded');
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      log.error(error.members, error.message);
      return 3;
    }
  },
});
