import { openPool, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { filePath, readSigningKey, readVerifyingKeys, runJob } from '@ssp/service';
import { z } from 'zod';
import { keyChangeStatement, writeKeyChange } from './key-change.ts';
import { keyIdOf, signStatement } from './statement.ts';

await runJob({
  name: 'audit-rotate-key',
  about: `Has the key that signs the audit's checkpoints say which key follows it. From then on writers with the old key sign nothing:
give them the new one and start them again. Whoever knows the old public key then believes the new one too.`,
  config: z.object({
    ...postgresEnvironment,
    AUDIT_SIGNING_KEY_FILE: filePath.describe('Private Ed25519 key that has signed until now, PEM'),
    AUDIT_NEXT_KEY_FILE: filePath.describe('Ed25519 key that follows, PEM; its public half is enough'),
  }),
  run: async (env, { log, resources }) => {
    const old = readSigningKey(env.AUDIT_SIGNING_KEY_FILE);
    const [next, ...others] = readVerifyingKeys(env.AUDIT_NEXT_KEY_FILE);
    if (!next || others.length > 0) throw new Error(`${env.AUDIT_NEXT_KEY_FILE}: one key is needed`);
    if (keyIdOf(next) === keyIdOf(old)) throw new Error('a key cannot follow itself');
    const statement = keyChangeStatement(old, next, new Date());
    const pool = openPool(toPostgresConfig(env, 'audit-rotate-key'), log, resources);
    await writeKeyChange(pool, { statement, signature: signStatement(statement, old) });
    log.info({ old: keyIdOf(old), next: keyIdOf(next) }, 'the key is replaced');
  },
});
