import { appendFile, chown, copyFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Report } from '@ssp/platform';
import { type RecoveryTarget } from './arguments.ts';
import { type Backup, nameOf, pickBackup, readBackups } from './backup-folder.ts';
import { copyTree } from './copy-tree.ts';

/** It cannot be restored like this; the message says what to do. */
export class CannotRestoreError extends Error {
  override readonly name = 'CannotRestoreError';
}

const versionFile = 'PG_VERSION';
const walFolder = 'pg_wal';

export type Restore = {
  readonly from: string;
  readonly wal: string;
  readonly data: string;
  readonly until: RecoveryTarget;
  /** Whether a data directory that is there already is moved away. */
  readonly aside: boolean;
};
/** Where what was there is now; null where there was nothing. */
export type Restored = Backup & { readonly aside: string | null };

/** Makes a data directory from which a server recovers up to a target when it is started next, and then takes writes. */
export async function restoreBase(asked: Restore, report: Report): Promise<Restored> {
  const { from, wal, data, until } = asked;
  const picked = pickBackup(await readBackups(from), until);
  const archive = resolve(wal);
  const archived = await readdir(archive);
  if (!archived.includes(picked.facts.lastWal))
    throw new CannotRestoreError(
      `${archive} does not hold ${picked.facts.lastWal}, without which ${picked.folder} is no whole database`,
    );
  const aside = asked.aside ? await moveAside(data) : await refuseFull(data);
  report(`copying ${picked.folder}, which ended ${picked.facts.endedAt}`);
  const source = join(picked.folder, 'data');
  await copyTree(source, data, { takes: (path) => path !== versionFile, onBytes: () => undefined });
  await appendFile(join(data, 'postgresql.auto.conf'), recoverySettings(archive, until));
  await writeFile(join(data, 'recovery.signal'), '', { mode: 0o600 });
  // Half a copy must not look like a database: without this no server starts on it.
  await copyFile(join(source, versionFile), join(data, versionFile));
  const late =
    aside === null ? [] : await takeOverWal(join(aside, walFolder), archived, join(data, walFolder));
  if (late.length > 0) report(`${late.length} files of WAL that were not archived yet are taken over`);
  if (process.getuid?.() === 0) {
    const { uid, gid } = await stat(data);
    const made = ['recovery.signal', versionFile, ...late.map((name) => join(walFolder, name))];
    for (const name of made) await chown(join(data, name), uid, gid);
  }
  return { ...picked, aside };
}

/** Where a server finds what the archive has not: the last minute of the one that was there. */
async function takeOverWal(
  from: string,
  archived: readonly string[],
  to: string,
): Promise<readonly string[]> {
  const names = (await readdir(from)).filter(
    (name) => /^[0-9A-F]{24}$/.test(name) && !archived.includes(name),
  );
  for (const name of names) await copyFile(join(from, name), join(to, name));
  return names;
}

async function moveAside(data: string): Promise<string | null> {
  const found = await contents(data);
  if (found.length === 0) return null;
  if (found.includes('postmaster.pid'))
    throw new CannotRestoreError(
      `a server runs on ${data}, or was killed there: stop it, and where none is left remove postmaster.pid from there`,
    );
  const aside = `${data}.until-${nameOf(new Date())}`;
  await rename(data, aside);
  return aside;
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

async function refuseFull(data: string): Promise<null> {
  const found = await contents(data);
  if (found.length === 0) return null;
  throw new CannotRestoreError(
    `${data} is not empty. Move it away first, or have --aside do so: it may hold WAL that is not archived, and is needed to find out what happened`,
  );
}

/** Of a folder, or of none. */
async function contents(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
