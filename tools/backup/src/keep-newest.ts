import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { draftPrefix, readBackups } from './backup-folder.ts';

/** A segment of WAL, or what belongs to one: its timeline, then its place in the log. */
const walName = /^[0-9A-F]{8}([0-9A-F]{16})(?:\.|$)/;

/** Says in an archive of WAL that it is wanted: before the first backup none of it is of use to anybody. */
export async function wantWal(wal: string): Promise<void> {
  await writeFile(join(wal, 'wanted'), '');
}

/** Removes all backups but the newest, and the WAL of before the first that any of these needs; names the former, and counts the latter. */
export async function keepNewest(
  folder: string,
  wal: string,
  keep: number,
): Promise<{ readonly backups: readonly string[]; readonly wal: number }> {
  const backups = await readBackups(folder);
  const old = backups.slice(0, -keep).map((backup) => basename(backup.folder));
  for (const name of old) {
    // Half of one must not look like a backup.
    const draft = join(folder, `${draftPrefix}${name}`);
    await rename(join(folder, name), draft);
    await rm(draft, { recursive: true });
  }
  // After a restore to an earlier time a newer backup may begin at an earlier place.
  const places = backups.slice(-keep).map(({ facts }) => placeOf(facts.firstWal) ?? '');
  const first = places.toSorted()[0] ?? '';
  const unneeded = (await readdir(wal)).filter((name) => (placeOf(name) ?? first) < first);
  for (const name of unneeded) await rm(join(wal, name));
  return { backups: old, wal: unneeded.length };
}

/** On a new timeline places go on from where the restore ended. */
function placeOf(name: string): string | undefined {
  return walName.exec(name)?.[1];
}
