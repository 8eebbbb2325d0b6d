import { openPool, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { filePath, runJob } from '@ssp/service';
import { z } from 'zod';
import { partitionRecords } from './partition-record.ts';
import { readVerifyingKey } from './read-ed25519-key.ts';
import { verifyChain } from './verify-chain.ts';

await runJob({
  name: 'audit-verify',
  config: z.object({
    ...postgresEnvironment,
    AUDIT_VERIFYING_KEY_FILE: filePath
      .optional()
      .describe('Public Ed25519 key of the checkpoints, PEM; without it their signatures are not proved'),
  }),
  run: async (env, { log, resources }) => {
    const pool = openPool(toPostgresConfig(env, 'audit-verify'), log, resources);
    const file = env.AUDIT_VERIFYING_KEY_FILE;
    const key = file === undefined ? null : readVerifyingKey(file);
    let faulty = 0;
    for await (const record of partitionRecords(pool)) {
      const { topic, partition, nextOffset, checkpoints } = record;
      const fault = await verifyChain(pool, record, key);
      const place = { topic, partition, nextOffset: String(nextOffset), checkpoints: checkpoints.length };
      if (fault) {
        faulty += 1;
        log.error({ ...place, offset: String(fault.offset) }, fault.fault);
      } else log.info(place, 'unaltered');
    }
    if (faulty > 0) throw new Error(`the audit of ${faulty} partitions is not as it was written`);
  },
});
