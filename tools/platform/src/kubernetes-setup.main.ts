import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filePath, runJob } from '@ssp/service';
import { createDevelopmentPki } from '@ssp/testing';
import { z } from 'zod';
import { internalAuthority } from './compose/internal-authority.ts';
import { clusterCard } from './kubernetes/cluster-card.ts';
import { clusterObjects } from './kubernetes/cluster-objects.ts';
import { makePasswords } from './make-passwords.ts';
import { readSecrets } from './secrets.ts';

await runJob({
  name: 'setup',
  about:
    'Makes keys, certificates, passwords and tokens for a platform that is tried on a cluster, and writes the Secrets and ConfigMaps that\n' +
    'the chart wants (objects.json), and the card by which the command line finds that platform (card.json). What an earlier run made stays.',
  config: z.object({
    SETUP_FOLDER: filePath.describe('What is kept and written'),
    SETUP_NAMESPACE: z.string().min(1).default('spine').describe('Where the chart is installed, as ssp'),
    SETUP_BACKING_NAMESPACE: z
      .string()
      .min(1)
      .default('backing')
      .describe('Where Postgres and the others are'),
  }),
  async run(config, { log }) {
    const folder = config.SETUP_FOLDER;
    const now = new Date();
    const nhs = await createDevelopmentPki(join(folder, 'nhs'), { now });
    const authority = await internalAuthority(join(folder, 'platform'), now);
    const secretsFolder = join(folder, 'secrets');
    const secrets = await readSecrets(secretsFolder);
    await makePasswords(secretsFolder, [
      'postgres-password',
      'postgres-ssp-password',
      'postgres-owner-password',
      'redis-password',
      'directory-password',
    ]);
    const items = await clusterObjects({
      nhs,
      authority,
      secrets,
      secretsFolder,
      namespace: config.SETUP_NAMESPACE,
      backing: config.SETUP_BACKING_NAMESPACE,
    });
    await mkdir(folder, { recursive: true });
    const list = { apiVersion: 'v1', kind: 'List', items };
    await writeFile(join(folder, 'objects.json'), JSON.stringify(list), { mode: 0o600 });
    await writeFile(join(folder, 'card.json'), JSON.stringify(clusterCard(nhs), null, 2), { mode: 0o600 });
    log.info({ objects: items.length }, 'keys, certificates and secrets are there');
  },
});
