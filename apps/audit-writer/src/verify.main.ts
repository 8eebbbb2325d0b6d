import { openPool, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { filePath, runJob } from '@ssp/service';
import { z } from 'zod';
import { folderStatements } from './checkpoint-folder.ts';
import { knownKeys, readKeyChanges } from './key-change.ts';
import { readVerifyingKeys } from './read-ed25519-key.ts';
import { folderFaults } from './verify/folder-faults.ts';
import { tableSource } from './verify/table-source.ts';
import { tellProgress } from './verify/tell-progress.ts';
import { verifyAudit } from './verify/verify-audit.ts';

/** Not 1, which is for a verification that did not come to its end. */
const statusOfFaults = 3;

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
    const { faults: found, ...seen } = await verifyAudit(tableSource(pool), keys, tellProgress(log));
    const missed = folder === undefined ? [] : await folderFaults(pool, folderStatements(folder), keys);
    const faults = [...found, ...missed];
    for (const { offset, ...fault } of faults)
      log.error({ ...fault, offset: String(offset) }, 'the audit is not as it was written');
    log.info({ ...seen, faults: faults.length }, faults.length === 0 ? 'unaltered' : 'verified, with faults');
    return faults.length === 0 ? 0 : statusOfFaults;
  },
});
