import { commaList, filePath, readVerifyingKeys, runJob } from '@ssp/service';
import { z } from 'zod';
import { openArchives } from './archive/read-archive.ts';
import { knownKeys } from './key-change.ts';
import { archivedKeyChanges } from './verify/archived-key-changes.ts';
import { statusOfFaults, tellFaults } from './verify/tell-faults.ts';
import { tellProgress } from './verify/tell-progress.ts';
import { verifyArchives } from './verify/verify-archives.ts';

await runJob({
  name: 'audit-verify-archive',
  about: `Checks archives of the audit without any database: each file against its manifest, the manifest against its signature, and the
chains of the rows anew, against the checkpoints among them (docs/audit-format.md). Give as many archives as there are: chains run
from one to the next. audit-verify checks them together with the tables.
Exit status: 0 all is as it was written; ${statusOfFaults} something is not; 1 it could not be finished; 2 wrong settings.`,
  config: z.object({
    AUDIT_ARCHIVE_FOLDERS: commaList.describe('Archives, or folders that hold some, separated by commas'),
    AUDIT_VERIFYING_KEY_FILE: filePath
      .optional()
      .describe(
        'Public Ed25519 keys of the audit, PEM, one after the other; keys that one of them signed as its follower are known too; without it signatures are not proved',
      ),
  }),
  run: async (env, { log }) => {
    const archives = await openArchives(env.AUDIT_ARCHIVE_FOLDERS);
    const file = env.AUDIT_VERIFYING_KEY_FILE;
    if (file === undefined) log.warn('no verifying key is given: all of it, manifests too, could be forged');
    const keys = file === undefined ? null : knownKeys(readVerifyingKeys(file), archivedKeyChanges(archives));
    const { faults, archiveFaults, ...seen } = await verifyArchives(archives, null, keys, tellProgress(log));
    return tellFaults(log, { ...seen, archives: archives.length }, faults, archiveFaults);
  },
});
