import { createPublicKey } from 'node:crypto';
import { AuditRetired } from '@ssp/contracts';
import { connectKafka, kafkaEnvironment, startPublisher, toKafkaConfig } from '@ssp/kafka';
import { inTransaction, openPool, postgresEnvironment, requireRole, toPostgresConfig } from '@ssp/postgres';
import { count, filePath, flag, readSigningKey, readVerifyingKeys, runJob } from '@ssp/service';
import { Why } from '@ssp/service/operator';
import { z } from 'zod';
import { whyNotArchived } from './archive/why-not-archived.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import { knownKeys, readKeyChanges } from './key-change.ts';
import { leftovers, oldMonths, retentionEnd } from './retire/old-months.ts';
import { retireMonths } from './retire/retire-months.ts';
import { tellProgress } from './verify/tell-progress.ts';

/** As of a verification. */
const statusOfFaults = 3;

const RetireConfig = z
  .object({
    ...kafkaEnvironment,
    ...postgresEnvironment,
    AUDIT_RETENTION_DAYS: count
      .default(731)
      .describe('Days that every event is kept at least; whole months beyond are dropped'),
    AUDIT_RETIRE_DROP: flag.default(false).describe('Whether to drop them; otherwise they are only listed'),
    AUDIT_RETIRE_WHO: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('Person who answers for it; kept with it, and needed to drop'),
    AUDIT_RETIRE_WHY: Why.optional().describe('Ground on which it is done; kept with it, and needed to drop'),
    AUDIT_SIGNING_KEY_FILE: filePath
      .optional()
      .describe('Private Ed25519 key that signs the checkpoints, PEM; needed to drop'),
    AUDIT_VERIFYING_KEY_FILE: filePath
      .optional()
      .describe(
        'Public Ed25519 keys of the checkpoints, PEM, one after the other; without it the public half of the signing key',
      ),
    AUDIT_CHECKPOINT_FOLDER: filePath
      .optional()
      .describe(
        'Where the writers give out checkpoints; without it they give out what was dropped, within a minute',
      ),
    AUDIT_ARCHIVE_FOLDER: filePath
      .optional()
      .describe('Folder of archives; with it only what stands there whole, signed and unaltered is dropped'),
  })
  .transform((env, ctx) => {
    const { AUDIT_RETIRE_WHO: who, AUDIT_RETIRE_WHY: why, AUDIT_SIGNING_KEY_FILE: keyFile } = env;
    const isNamed = who !== undefined && why !== undefined && keyFile !== undefined;
    if (env.AUDIT_RETIRE_DROP && !isNamed)
      ctx.addIssue('to drop, AUDIT_RETIRE_WHO, AUDIT_RETIRE_WHY and AUDIT_SIGNING_KEY_FILE are needed');
    return {
      kafka: toKafkaConfig(env, 'audit-retire'),
      postgres: toPostgresConfig(env, 'audit-retire'),
      retentionDays: env.AUDIT_RETENTION_DAYS,
      drop: env.AUDIT_RETIRE_DROP && isNamed ? { who, why, keyFile } : null,
      verifyingKeyFile: env.AUDIT_VERIFYING_KEY_FILE ?? null,
      folder: env.AUDIT_CHECKPOINT_FOLDER ?? null,
      archiveFolder: env.AUDIT_ARCHIVE_FOLDER ?? null,
    };
  });

await runJob({
  name: 'audit-retire',
  about: `Lists the months of the audit that are wholly beyond their retention and, with AUDIT_RETIRE_DROP, drops them: once they have been verified
as far as a signed checkpoint, and Kafka has confirmed an event that says who had it done, and why. Chains and proofs of what is kept stay
verifiable: what was dropped is signed (docs/audit-format.md). Act as the role ssp_audit_retire (POSTGRES_ROLE).
Exit status: 0 done; ${statusOfFaults} something was found altered, or not archived, and nothing was dropped; 1 it could not be done; 2 wrong settings.`,
  config: RetireConfig,
  run: async (
    { kafka, postgres, retentionDays, drop, verifyingKeyFile, folder, archiveFolder },
    { log, metrics, resources },
  ) => {
    const pool = openPool(postgres, log, resources);
    await requireRole(pool, postgres);
    const at = new Date();
    const end = retentionEnd(at, retentionDays);
    const { months, left } = await inTransaction(pool, async (client) => {
      await client.query('set local statement_timeout = 0');
      return { months: await oldMonths(client, end), left: await leftovers(client, end) };
    });
    for (const month of months) log.info(month, drop ? 'to be dropped' : 'would be dropped');
    if (Object.values(left).some((rows) => rows > 0))
      log.warn(left, 'beyond their retention too, but in no table of a month: they stay');
    if (!drop) return log.info({ months: months.length, occurredBefore: end }, 'nothing was dropped');
    const key = readSigningKey(drop.keyFile);
    const given = verifyingKeyFile === null ? [createPublicKey(key)] : readVerifyingKeys(verifyingKeyFile);
    const keys = knownKeys(given, await readKeyChanges(pool));
    for (const { month } of months) {
      if (archiveFolder === null) break;
      const why = await whyNotArchived(pool, month, archiveFolder, keys, tellProgress(log));
      if (why === null) continue;
      log.error({ month, why }, 'it is not archived; nothing was dropped');
      return statusOfFaults;
    }
    const publisher = startPublisher(
      connectKafka(kafka, log),
      { publishTimeoutMs: 30_000 },
      log,
      metrics,
      resources,
    );
    const retiring = {
      retentionDays,
      ...drop,
      key,
      keys,
      at,
      publish: (event: string) => publisher.publish(AuditRetired.topic, event),
    };
    const { months: dropped, faults } = await retireMonths(pool, retiring, log);
    for (const { offset, ...fault } of faults)
      log.error(
        { ...fault, offset: String(offset) },
        'the audit is not as it was written; nothing was dropped',
      );
    if (faults.length > 0) return statusOfFaults;
    log.info(
      { months: dropped.map(({ month }) => month) },
      dropped.length > 0 ? 'dropped' : 'nothing to drop',
    );
    if (folder !== null) await new CheckpointFolder(folder).giveOut(pool, new Date());
    return 0;
  },
});
