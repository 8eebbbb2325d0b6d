import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPeople } from '@ssp/identity-provider';
import { filePath, runJob } from '@ssp/service';
import { createDevelopmentPki } from '@ssp/testing';
import { z } from 'zod';
import { handOut } from './compose/hand-out.ts';
import { internalAuthority } from './compose/internal-authority.ts';
import { postgresLogins, recipients } from './compose/recipients.ts';
import { makePasswords } from './make-passwords.ts';
import { readSecrets } from './secrets.ts';

await runJob({
  name: 'setup',
  about:
    'Makes the keys, certificates, passwords and tokens of a platform that runs in containers, and gives each container its own.\n' +
    'What an earlier run made stays; certificates and revocation lists that are about to end are made anew.',
  config: z.object({
    SETUP_FOLDER: filePath.default('/var/lib/ssp').describe('What is kept, above all the keys of both CAs'),
    SETUP_PEOPLE_FOLDER: filePath.describe('Where the identity provider finds who there is'),
    SETUP_RECIPIENTS_FOLDER: filePath
      .default('/recipients')
      .describe('A folder for each container, by its name'),
  }),
  async run({ SETUP_FOLDER: folder, SETUP_PEOPLE_FOLDER, SETUP_RECIPIENTS_FOLDER }, { log }) {
    const now = new Date();
    const nhs = await createDevelopmentPki(join(folder, 'nhs'), { now });
    const authority = await internalAuthority(join(folder, 'platform'), now);
    const secretsFolder = join(folder, 'secrets');
    const { tokens } = await readSecrets(secretsFolder);
    await makePasswords(secretsFolder, [
      'postgres-password',
      ...postgresLogins.map((login) => `postgres-${login}-password`),
      'redis-password',
      'directory-password',
    ]);
    const people = await readPeople(SETUP_PEOPLE_FOLDER);
    await writeFile(join(secretsFolder, 'people.json'), JSON.stringify(people), { mode: 0o600 });
    await Promise.all(
      recipients.map((recipient) =>
        handOut(recipient, join(SETUP_RECIPIENTS_FOLDER, recipient.name), {
          authority,
          nhsFolder: nhs.dir,
          secretsFolder,
          tokens,
        }),
      ),
    );
    log.info({ recipients: recipients.length }, 'keys, certificates and secrets are there');
  },
});
