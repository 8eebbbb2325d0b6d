import { openPool, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { commaList, filePath, readVerifyingKeys, runJob } from '@ssp/service';
import { z } from 'zod';
import { openArchives } from './archive/read-archive.ts';
import { folderStatements } from './checkpoint-folder.ts';
import { knownKeys, readKeyChanges } from './key-change.ts';
import { folderFaults } from './verify/folder-faults.ts';
import { tableSource } from './verify/table-source.ts';
import { restoredTally } from './verify/restored-tally.ts';
import { statusOfFaults, tellFaults } from './verify/tell-faults.ts';
import { tellProgress } from './verify/tell-progress.ts';
import { verifyArchives } from './verify/verify-archives.ts';

await runJob({
  name: 'audit-verify',
  about: `Computes the audit's chains anew and compares them with what is stored and signed (docs/audit-format.md).
Writes a line for the first fault of each chain, and a summary at the end.
Exit status: 0 all is as it was written; ${statusOfFaults} something is not; 1 it could not be finished; 2 wrong settings.`,
  config: z.object({
    ...postgresEnvironment,
    AUDIT_VERIFYING_KEY_FILE: filePath
      .optional()
      .describe(
        'Public Ed25519 keys of the checkpoints, PEM, one after the other; keys that one of them signed as its follower are known too; without it signatures are not proved',
      ),
    AUDIT_CHECKPOINT_FOLDER: filePath
      .optional()
      .describe('Where the writers have given out checkpoints; each must still be in the database'),
    AUDIT_ARCHIVE_FOLDERS: commaList
      .optional()
      .describe('Archives, or folders that hold some, to be verified together with the tables'),
  }),
  run: async (env, { log, resources }) => {
    const file = env.AUDIT_VERIFYING_KEY_FILE;
    const folder = env.AUDIT_CHECKPOINT_FOLDER;
    if (file === undefined)
      log.warn(
        'no verifying key is given: who can rewrite the whole audit could have forged the checkpoints',
      );
    if (folder === undefined)
      log.warn('no checkpoint folder is given: a tail cut off with its checkpoints would not be seen');
    const pool = openPool(toPostgresConfig(env, 'audit-verify'), log, resources);
    const keys = file === undefined ? null : knownKeys(readVerifyingKeys(file), await readKeyChanges(pool));
    const archives = await openArchives(env.AUDIT_ARCHIVE_FOLDERS ?? []);
    const {
      faults: found,
      archiveFaults,
      ...seen
    } = await verifyArchives(archives, tableSource(pool), keys, tellProgress(log));
    const restored = restoredTally();
    const missed =
      folder === undefined
        ? []
        : await folderFaults(pool, folderStatements(folder), keys, (one) => restored.add(one));
    restored.tell(log);
    return tellFaults(log, { ...seen, archives: archives.length }, [...found, ...missed], archiveFaults);
  },
});
