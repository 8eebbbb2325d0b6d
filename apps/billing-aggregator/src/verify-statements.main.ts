import { inTransaction, openPool, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { filePath, readVerifyingKeys, runJob } from '@ssp/service';
import { z } from 'zod';
import { verifyBooks } from './books/verify-books.ts';

await runJob({
  name: 'billing-verify-statements',
  about: `Proves every statement: its hash, its signature, its place in the chain, its number and its sums, and the tariffs, closings and
corrections that it names (docs/billing.md). Writes a line for each fault, and a summary at the end.
Exit status: 0 all is as it was written; 3 something is not; 1 it could not be finished; 2 wrong settings.`,
  config: z.object({
    ...postgresEnvironment,
    BILLING_VERIFYING_KEY_FILE: filePath
      .optional()
      .describe(
        'Public Ed25519 keys of the statements, PEM, one after the other; without it signatures are not proved',
      ),
    BILLING_LAST_HASH: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional()
      .describe(
        'Hash that a statement must have, as the audit has it of the last closing; else a tail cut off would not be seen',
      ),
  }),
  run: async (env, { log, resources }) => {
    const { BILLING_VERIFYING_KEY_FILE: file, BILLING_LAST_HASH: wantedHash } = env;
    if (file === undefined) log.warn('no verifying key is given: signatures are not proved');
    const keys = file === undefined ? null : readVerifyingKeys(file);
    const pool = openPool(toPostgresConfig(env, 'billing-verify'), log, resources);
    const { faults, lastHash, ...seen } = await inTransaction(pool, async (client) => {
      await client.query('set transaction isolation level repeatable read, read only');
      const verified = await verifyBooks(client, keys);
      const known = await client.query(`select from billing.statement where encode(hash, 'hex') = $1`, [
        wantedHash,
      ]);
      return wantedHash === undefined || known.rowCount === 1
        ? verified
        : {
            ...verified,
            faults: [
              ...verified.faults,
              { number: 'the last', fault: `no statement has the hash ${wantedHash}` },
            ],
          };
    });
    for (const { number, fault } of faults) log.error({ statement: number, fault }, 'fault');
    log.info({ ...seen, lastHash, faults: faults.length }, 'statements verified');
    return faults.length === 0 ? 0 : 3;
  },
});
