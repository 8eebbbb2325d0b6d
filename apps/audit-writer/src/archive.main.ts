import { mkdir } from 'node:fs/promises';
import { openPool, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { count, filePath, readSigningKey, runJob } from '@ssp/service';
import { z } from 'zod';
import { holdAlone } from './archive/alone.ts';
import { archiveMonth } from './archive/archive-month.ts';
import { Month, monthSpan, monthsOlderThan } from './archive/month.ts';
import { rowFormats } from './archive/row-file.ts';
import { refuseReplacedKey } from './keep-checkpoints.ts';
import { tellProgress } from './verify/tell-progress.ts';

await runJob({
  name: 'audit-archive',
  about: `Writes months of the audit to a folder each: rows as Parquet (or NDJSON), the checkpoints that prove them, and a signed
manifest of hashes (docs/audit-format.md). Nothing is taken out of the tables. Each row is checked against the one before it. A month that
was archived before is looked at again: events that came late go to a further folder. May be stopped at any time: what is not
finished has no name of its own, and the next run begins that month anew.`,
  config: z.object({
    ...postgresEnvironment,
    AUDIT_ARCHIVE_FOLDER: filePath.describe('Where each archive gets a folder of its own'),
    AUDIT_ARCHIVE_MONTH: Month.optional().describe(
      'Month to archive, by UTC, such as 2026-03; without it all that ended long enough ago',
    ),
    AUDIT_ARCHIVE_AFTER_DAYS: count
      .default(31)
      .describe('Days that a month must be over to be archived where none is named'),
    AUDIT_ARCHIVE_FORMAT: z
      .enum(rowFormats)
      .default('parquet')
      .describe('Form of the rows; ndjson is larger, and is read without any library'),
    AUDIT_SIGNING_KEY_FILE: filePath
      .optional()
      .describe('Private Ed25519 key, PEM, that signs the manifest; without it an archive could be replaced'),
  }),
  run: async (env, { log, resources }) => {
    const at = new Date();
    const named = env.AUDIT_ARCHIVE_MONTH;
    if (named !== undefined && monthSpan(named).end > at) throw new Error(`${named} is not over yet`);
    const key = env.AUDIT_SIGNING_KEY_FILE === undefined ? null : readSigningKey(env.AUDIT_SIGNING_KEY_FILE);
    if (!key) log.warn('no signing key is given: whoever can write to the folder could replace an archive');
    const pool = openPool(toPostgresConfig(env, 'audit-archive'), log, resources);
    await holdAlone(pool, 'audit.archive', resources);
    if (key) await refuseReplacedKey(pool, key);
    const folder = env.AUDIT_ARCHIVE_FOLDER;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const months =
      named === undefined ? await monthsOlderThan(pool, env.AUDIT_ARCHIVE_AFTER_DAYS, at) : [named];
    const tell = tellProgress(log, 'archiving');
    let rows = 0;
    for (const month of months) {
      const made = await archiveMonth(
        pool,
        month,
        { folder, format: env.AUDIT_ARCHIVE_FORMAT, key, at },
        (place) => {
          rows += 1;
          tell({ ...place, rows, checkpoints: 0 });
        },
      );
      if (!made) {
        log.info({ month }, 'nothing of this month is left to archive');
        continue;
      }
      const { files } = made.manifest;
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      log.info({ month, path: made.path, files: files.length, bytes }, 'archived');
    }
    log.info({ months: months.length, rows }, 'done');
  },
});
