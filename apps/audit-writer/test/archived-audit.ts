import { generateKeyPairSync } from 'node:crypto';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archiveMonth } from '../src/archive/archive-month.ts';
import { openArchives } from '../src/archive/read-archive.ts';
import { type RowFormat } from '../src/archive/row-file.ts';
import { writeCheckpoints } from '../src/keep-checkpoints.ts';
import { knownKeys } from '../src/key-change.ts';
import { verifyArchives } from '../src/verify/verify-archives.ts';
import { emptyAudit, writeBatches } from './written-audit.ts';

export const { privateKey, publicKey } = generateKeyPairSync('ed25519');
export const keys = knownKeys([publicKey], []);
/** The first has a table of its own, the second's events lie in the default one. */
export const months = ['2026-03', '2026-04'] as const;
const [march, april] = ['2026-03-15T10:00:00.007Z', '2026-04-02T00:00:00.000Z'];

/** An audit in whose chains two months take turns, and a folder for its archives. */
export async function archivableAudit(resources: AsyncDisposableStack) {
  const audit = await emptyAudit(resources);
  await audit.pool.query(`select audit.ensure_month('2026-03-01')`);
  for (const [batch, time] of [march, april, march, april].entries()) {
    await writeBatches(audit.pool, batch, new Date(time));
    await writeCheckpoints(audit.pool, privateKey, new Date());
  }
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'audit-archive-'))).path;
  return { ...audit, folder };
}

/** An audit and its archive of both months. */
export async function archivedAudit(resources: AsyncDisposableStack, format: RowFormat = 'parquet') {
  const audit = await archivableAudit(resources);
  const archives: string[] = [];
  for (const month of months) {
    const made = await archiveMonth(audit.pool, month, {
      folder: audit.folder,
      format,
      key: privateKey,
      at: new Date(),
    });
    if (made) archives.push(made.path);
  }
  return { ...audit, archives };
}

/** What is found when archives are verified alone. */
export async function verifyFolders(folders: readonly string[]) {
  return verifyArchives(await openArchives(folders), null, keys);
}
