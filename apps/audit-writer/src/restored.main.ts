import { createPublicKey } from 'node:crypto';
import { openPool, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { filePath, readSigningKey, readVerifyingKeys, runJob } from '@ssp/service';
import { Why } from '@ssp/service/operator';
import { z } from 'zod';
import { CheckpointFolder, folderStatements } from './checkpoint-folder.ts';
import { refuseReplacedKey } from './keep-checkpoints.ts';
import { knownKeys, readKeyChanges } from './key-change.ts';
import { findSetBack } from './restore/find-restored.ts';
import { restorationStatement } from './restore/restoration.ts';
import { keyIdOf, signStatement } from './statement.ts';

await runJob({
  name: 'audit-restored',
  about: `After Postgres was restored to a point in time: finds the checkpoints that were given out and are no longer in the tables and, with
AUDIT_RESTORED_WHO and AUDIT_RESTORED_WHY, signs that the tables were set back there, for verify to know (docs/backup.md). Run it before audit-writers start.
Exit status: 0 done; 1 it could not be done; 2 wrong settings.`,
  config: z
    .object({
      ...postgresEnvironment,
      AUDIT_SIGNING_KEY_FILE: filePath.describe('Private Ed25519 key that signs the checkpoints, PEM'),
      AUDIT_VERIFYING_KEY_FILE: filePath
        .optional()
        .describe(
          'Public Ed25519 keys of the checkpoints, PEM, one after the other; without it the public half of the signing key',
        ),
      AUDIT_CHECKPOINT_FOLDER: filePath.describe('Where the writers have given out checkpoints'),
      AUDIT_RESTORED_WHO: z
        .string()
        .min(1)
        .max(100)
        .optional()
        .describe('Person who answers for the restore; kept with it, and needed to sign'),
      AUDIT_RESTORED_WHY: Why.optional().describe('What it was for; kept with it, and needed to sign'),
    })
    .transform((env, ctx) => {
      const { AUDIT_RESTORED_WHO: who, AUDIT_RESTORED_WHY: why } = env;
      if ((who === undefined) !== (why === undefined))
        ctx.addIssue('to sign, AUDIT_RESTORED_WHO and AUDIT_RESTORED_WHY are needed');
      return {
        postgres: toPostgresConfig(env, 'audit-restored'),
        keyFile: env.AUDIT_SIGNING_KEY_FILE,
        verifyingKeyFile: env.AUDIT_VERIFYING_KEY_FILE ?? null,
        folder: env.AUDIT_CHECKPOINT_FOLDER,
        by: who === undefined || why === undefined ? null : { who, why },
      };
    }),
  run: async ({ postgres, keyFile, verifyingKeyFile, folder, by }, { log, resources }) => {
    const pool = openPool(postgres, log, resources);
    const key = readSigningKey(keyFile);
    await refuseReplacedKey(pool, key);
    const given = verifyingKeyFile === null ? [createPublicKey(key)] : readVerifyingKeys(verifyingKeyFile);
    const keys = knownKeys(given, await readKeyChanges(pool));
    const setBack = await findSetBack(pool, folderStatements(folder), keys);
    for (const { since, upTo, ...partition } of setBack)
      log.info(
        { ...partition, since: String(since), upTo: String(upTo) },
        by ? 'set back; it is signed for' : 'set back; nobody has signed for it',
      );
    if (setBack.length === 0) return log.info('all that was given out is in the tables, or signed for');
    if (!by) return log.info({ partitions: setBack.length }, 'nothing was signed');
    const at = new Date();
    const keyId = Buffer.from(keyIdOf(key), 'hex');
    const signed = setBack.map(({ topic, partition, since, upTo }) => {
      const statement = restorationStatement({ topic, partition, since, upTo, at, ...by, keyId });
      return { statement, signature: signStatement(statement, key) };
    });
    await new CheckpointFolder(folder).giveOutRestorations(signed, at);
    return log.info({ partitions: signed.length }, 'signed for');
  },
});
