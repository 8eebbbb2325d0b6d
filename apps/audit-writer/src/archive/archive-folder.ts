import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileFacts, HashedFile } from './hashed-file.ts';
import { Manifest, manifestName } from './manifest.ts';

/** The folders of a month's archives, the oldest first: `2026-03`, then `2026-03.2` with what came later, and so on. */
export async function monthFolders(folder: string, month: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  const numbers = names.flatMap((name) => {
    if (name === month) return [1];
    const number = name.startsWith(`${month}.`) ? name.slice(month.length + 1) : '';
    return /^[1-9]\d*$/.test(number) ? [Number(number)] : [];
  });
  return numbers
    .toSorted((one, other) => one - other)
    .map((number) => join(folder, folderName(month, number)));
}

/** The manifests of a month's archives, as they stand there: nothing of them is checked. */
export async function monthManifests(folder: string, month: string): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [];
  for (const archive of await monthFolders(folder, month)) {
    manifests.push(Manifest.parse(JSON.parse(await readFile(join(archive, manifestName), 'utf8'))));
  }
  return manifests;
}

/** A folder that has a name of its own only once all that is in it is on disk. */
export class UnfinishedFolder {
  readonly path: string;
  readonly #parent: string;
  readonly #resources: AsyncDisposableStack;

  private constructor(parent: string, path: string, resources: AsyncDisposableStack) {
    this.#parent = parent;
    this.path = path;
    this.#resources = resources;
  }

  /** Removes what earlier runs for this month left unfinished: only one may run at a time. */
  static async make(
    parent: string,
    month: string,
    resources: AsyncDisposableStack,
  ): Promise<UnfinishedFolder> {
    const left = (await readdir(parent)).filter(
      (name) => name.startsWith(`.${month}.`) && name.endsWith('.unfinished'),
    );
    for (const name of left) await rm(join(parent, name), { recursive: true, force: true });
    const path = join(parent, `.${month}.${randomUUID()}.unfinished`);
    await mkdir(path, { mode: 0o700 });
    resources.defer(() => rm(path, { recursive: true, force: true }));
    return new UnfinishedFolder(parent, path, resources);
  }

  async write(name: string, bytes: Uint8Array): Promise<FileFacts> {
    const file = await HashedFile.make(join(this.path, name), this.#resources);
    await file.write(bytes);
    return file.end();
  }

  /** Gives it its name. Rejects where that is taken. */
  async finish(month: string, number: number): Promise<string> {
    const path = join(this.#parent, folderName(month, number));
    await toDisk(this.path);
    await rename(this.path, path);
    await toDisk(this.#parent);
    return path;
  }
}

function folderName(month: string, number: number): string {
  return number === 1 ? month : `${month}.${number}`;
}

async function toDisk(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}
