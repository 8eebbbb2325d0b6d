import { writeFile } from 'node:fs/promises';
import { openPool, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { filePath, runJob } from '@ssp/service';
import { z } from 'zod';
import { proveExchange } from './prove-exchange.ts';

await runJob({
  name: 'audit-prove',
  about: `Writes proofs that the events of one exchange are in the audit, which anybody can check who has the public key and
docs/audit-format.md, as examples/verify-audit does. They hold these events, and of others nothing but hashes.`,
  config: z.object({
    ...postgresEnvironment,
    AUDIT_PROVE_INTERNAL_ID: z.uuid().describe('Exchange to prove: the X-Ssp-InternalID of its answer'),
    AUDIT_PROOF_FILE: filePath.describe('File to write, a proof a line; it must not be there yet'),
  }),
  run: async (env, { log, resources }) => {
    const pool = openPool(toPostgresConfig(env, 'audit-prove'), log, resources);
    const proofs = await proveExchange(pool, env.AUDIT_PROVE_INTERNAL_ID);
    const lines = proofs.map((proof) => `${JSON.stringify(proof)}\n`);
    await writeFile(env.AUDIT_PROOF_FILE, lines.join(''), { mode: 0o600, flag: 'wx' });
    log.info({ proofs: proofs.length, file: env.AUDIT_PROOF_FILE }, 'proofs are written');
  },
});
