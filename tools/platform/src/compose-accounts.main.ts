import { join } from 'node:path';
import { ensureAccounts, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { filePath, runJob } from '@ssp/service';
import { z } from 'zod';
import { postgresLogins } from './compose/recipients.ts';

await runJob({
  name: 'accounts',
  about:
    'Makes the logins of a platform that runs in containers, each with its password and the roles that it may act as.',
  config: z
    .object({
      ...postgresEnvironment,
      ACCOUNTS_FILE: filePath.describe('SQL that says who there is (infra/postgres/accounts.sql)'),
      ACCOUNTS_PASSWORDS_FOLDER: filePath
        .default('/run/secrets')
        .describe('Of each login the password, in <login>.password'),
    })
    .transform((env) => ({
      postgres: toPostgresConfig(env, 'accounts'),
      accountsFile: env.ACCOUNTS_FILE,
      passwordsFolder: env.ACCOUNTS_PASSWORDS_FOLDER,
    })),
  async run({ postgres, accountsFile, passwordsFolder }, { log }) {
    const passwordFiles = new Map(
      postgresLogins.map((login) => [login, join(passwordsFolder, `${login}.password`)]),
    );
    await ensureAccounts(postgres, accountsFile, passwordFiles);
    log.info({ logins: postgresLogins }, 'the accounts are there');
  },
});
