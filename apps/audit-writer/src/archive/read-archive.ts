import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { type ArchivedTable, type Cells } from './archive-columns.ts';
import {
  type ArchiveFile,
  Manifest,
  manifestName,
  readManifestSignature,
  sha256,
  signatureName,
} from './manifest.ts';
import { readNdjson } from './read-ndjson.ts';
import { readParquet } from './read-parquet.ts';

/** An archive as it stands in its folder. Its manifest is read, and nothing is checked. */
export type Archive = {
  readonly path: string;
  /** Its folder's name, for people. */
  readonly name: string;
  readonly manifest: Manifest;
  /** What the signature should be of. */
  readonly hash: string;
  /** Null where there is none; `unreadable` where something else stands there. */
  readonly signature: ReturnType<typeof readManifestSignature> | 'unreadable' | null;
};

/** Thrown for a folder in which no archive can be read at all. */
export class NoArchiveError extends Error {
  override readonly name = 'NoArchiveError';
}

/** Opens archives: each folder is one, or holds some. @throws NoArchiveError naming a folder that is neither */
export async function openArchives(folders: readonly string[]): Promise<readonly Archive[]> {
  const archives: Archive[] = [];
  for (const folder of folders) {
    if (await isThere(join(folder, manifestName))) {
      archives.push(await openArchive(folder));
      continue;
    }
    const found = (await readdir(folder)).filter((name) => /^\d{4}-\d\d(\.\d+)?$/.test(name));
    if (found.length === 0) throw new NoArchiveError(`${folder} holds no archive`);
    for (const name of found.toSorted()) archives.push(await openArchive(join(folder, name)));
  }
  return archives;
}

/** Opens one archive. @throws NoArchiveError where there is none */
export async function openArchive(path: string): Promise<Archive> {
  try {
    const bytes = await readFile(join(path, manifestName));
    const manifest = Manifest.parse(JSON.parse(bytes.toString('utf8')));
    const signature = await readSignature(path);
    return { path, name: basename(path), manifest, hash: sha256(bytes), signature };
  } catch (cause) {
    throw new NoArchiveError(`${path} holds no manifest that can be read`, { cause });
  }
}

/** Reads the rows of one of an archive's files. Throws what reading throws where it is not what it should be. */
export function readRows(
  archive: Archive,
  { name }: ArchiveFile,
  table: ArchivedTable,
): AsyncGenerator<Cells> {
  const path = join(archive.path, name);
  return archive.manifest.rows === 'parquet' ? readParquet(path) : readNdjson(path, table);
}

/** What a file has come to; null where there is none. */
export async function hashFile(
  path: string,
): Promise<{ readonly bytes: number; readonly sha256: string } | null> {
  if (!(await isThere(path))) return null;
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    const part = z.instanceof(Buffer).parse(chunk);
    hash.update(part);
    bytes += part.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function readSignature(path: string): Promise<Archive['signature']> {
  const file = join(path, signatureName);
  if (!(await isThere(file))) return null;
  try {
    return readManifestSignature(await readFile(file, 'utf8'));
  } catch {
    return 'unreadable';
  }
}

async function isThere(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => null);
  return stats?.isFile() ?? false;
}
