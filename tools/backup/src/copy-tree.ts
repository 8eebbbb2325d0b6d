import { chmod, chown, copyFile, lstat, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export type CopyOptions = {
  /** Called with the path below the root; what it refuses is left out, a folder with all that is in it. */
  readonly takes: (path: string) => boolean;
  /** Called after each file with the bytes so far. */
  readonly onBytes: (bytes: number) => void;
};

/** Something lies there that is neither a file nor a folder. */
export class OddFileError extends Error {
  override readonly name = 'OddFileError';
}

/**
 * Copies a folder into one that is empty or not there yet, with its owners, and waits until all of it is on disk. A file that goes
 * meanwhile is left out, and one that changes may be torn: the database's own log mends that.
 * @returns how many bytes were copied
 */
export async function copyTree(from: string, to: string, { takes, onBytes }: CopyOptions): Promise<number> {
  let bytes = 0;
  const copyFolder = async (path: string): Promise<void> => {
    const target = join(to, path);
    // Below it nothing is there yet: what somebody took away meanwhile is not made again, as if it were whole.
    await mkdir(target, { recursive: path === '' });
    await chmod(target, 0o700);
    await own(join(from, path), target);
    for (const entry of await readdir(join(from, path), { withFileTypes: true })) {
      const below = join(path, entry.name);
      if (!takes(below)) continue;
      if (entry.isDirectory()) await copyFolder(below);
      else if (entry.isFile()) await copyOne(below);
      else throw new OddFileError(`${join(from, below)} is neither a file nor a folder`);
    }
    await flush(target);
  };
  const copyOne = async (path: string): Promise<void> => {
    const target = join(to, path);
    try {
      await copyFile(join(from, path), target);
    } catch (error) {
      if (isGone(error)) return;
      throw error;
    }
    await own(join(from, path), target);
    bytes += await flush(target);
    onBytes(bytes);
  };
  await copyFolder('');
  return bytes;
}

/** Another account's files can only be made by root; everybody else's copies are their own. */
async function own(from: string, to: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const found = await lstat(from).catch((error: unknown) => {
    if (isGone(error)) return null;
    throw error;
  });
  if (found) await chown(to, found.uid, found.gid);
}

/** Waits until a file, or what a folder names, is on disk. @returns its bytes */
export async function flush(path: string): Promise<number> {
  await using file = await open(path, 'r');
  await file.sync();
  return (await file.stat()).size;
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
