import { appendFile, chown, copyFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Report } from '@ssp/platform';
import { type RecoveryTarget } from './arguments.ts';
import { type Backup, pickBackup, readBackups } from './backup-folder.ts';
import { copyTree } from './copy-tree.ts';

/** It cannot be restored like this; the message says what to do. */
export class CannotRestoreError extends Error {
  override readonly name = 'CannotRestoreError';
}

const versionFile = 'PG_VERSION';

export type Restore = {
  readonly from: string;
  readonly wal: string;
  readonly data: string;
  readonly until: RecoveryTarget;
};

/** Makes a data directory from which a server recovers up to a target when it is started next, and then takes writes. */
export async function restoreBase({ from, wal, data, until }: Restore, report: Report): Promise<Backup> {
  const picked = pickBackup(await readBackups(from), until);
  const archive = resolve(wal);
  const archived = await readdir(archive);
  if (!archived.includes(picked.facts.lastWal))
    throw new CannotRestoreError(
      `${archive} does not hold ${picked.facts.lastWal}, without which ${picked.folder} is no whole database`,
    );
  await refuseFull(data);
  report(`copying ${picked.folder}, which ended ${picked.facts.endedAt}`);
  const source = join(picked.folder, 'data');
  await copyTree(source, data, { takes: (path) => path !== versionFile, onBytes: () => undefined });
  await appendFile(join(data, 'postgresql.auto.conf'), recoverySettings(archive, until));
  await writeFile(join(data, 'recovery.signal'), '', { mode: 0o600 });
  // Half a copy must not look like a database: without this no server starts on it.
  await copyFile(join(source, versionFile), join(data, versionFile));
  if (process.getuid?.() === 0) {
    const { uid, gid } = await stat(data);
    for (const name of ['recovery.signal', versionFile]) await chown(join(data, name), uid, gid);
  }
  return picked;
}

/** The last of settings given twice holds, so that those of an earlier restore do no harm. */
function recoverySettings(archive: string, until: RecoveryTarget): string {
  const settings = {
    restore_command: `cp "${archive.replaceAll('%', '%%')}/%f" "%p"`,
    recovery_target_time: until.kind === 'time' ? until.at.toISOString() : '',
    recovery_target_name: until.kind === 'point' ? until.name : '',
    recovery_target_action: 'promote',
    recovery_target_timeline: 'latest',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  return `# Of a restore\n${lines.join('\n')}\n`;
}

async function refuseFull(data: string): Promise<void> {
  const found = await readdir(data).catch(() => []);
  if (found.length === 0) return;
  throw new CannotRestoreError(
    `${data} is not empty. Move it away first: it may hold WAL that is not archived, and is needed to find out what happened`,
  );
}
