import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { type RecoveryTarget } from './arguments.ts';

/** What a backup says of itself, in `backup.json` beside its `data`; written last. */
export const BackupFacts = z.object({
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  /** Without the WAL from here on it cannot be restored. */
  firstWal: z.string(),
  /** Nor without this one: what it ended in. */
  lastWal: z.string(),
  serverVersion: z.string(),
  bytes: z.int(),
});
export type BackupFacts = z.output<typeof BackupFacts>;

export type Backup = { readonly folder: string; readonly facts: BackupFacts };

/** There is no backup that could serve; the message says why. */
export class NoBackupError extends Error {
  override readonly name = 'NoBackupError';
}

/** Before the names of what is not finished, or half gone: the next backup removes it. */
export const draftPrefix = '.draft-';

/** A time as the name of a file. */
export const nameOf = (at: Date) => at.toISOString().replaceAll(':', '-');

export async function writeFacts(folder: string, facts: BackupFacts): Promise<void> {
  await writeFile(join(folder, 'backup.json'), `${JSON.stringify(facts, null, 2)}\n`, { flush: true });
}

/** The backups of a folder, or the one that it is, the oldest first. Those that were not finished are none. */
export async function readBackups(from: string): Promise<readonly Backup[]> {
  const own = await readBackup(from);
  if (own) return [own];
  const backups: Backup[] = [];
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const found = await readBackup(join(from, entry.name));
    if (found) backups.push(found);
  }
  return backups.toSorted((one, other) => one.facts.endedAt.localeCompare(other.facts.endedAt));
}

/**
 * Picks the newest backup from which a target can be reached. Where a restore point lies is not known, so the newest is taken for it.
 * @throws NoBackupError
 */
export function pickBackup(backups: readonly Backup[], target: RecoveryTarget): Backup {
  const before = backups.filter(
    ({ facts }) => target.kind !== 'time' || new Date(facts.endedAt) <= target.at,
  );
  const picked = before.at(-1);
  if (picked) return picked;
  const [oldest] = backups;
  throw new NoBackupError(
    oldest
      ? `the oldest backup, ${basename(oldest.folder)}, ended after that time`
      : 'there is no finished backup (a folder with data and backup.json)',
  );
}

async function readBackup(folder: string): Promise<Backup | null> {
  const text = await readFile(join(folder, 'backup.json'), 'utf8').catch(() => null);
  return text === null ? null : { folder, facts: BackupFacts.parse(JSON.parse(text)) };
}
