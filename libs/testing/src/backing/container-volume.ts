import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Names the volumes of one `dir`; kept in it, so that removing the folder parts with the data as well. */
export async function volumeId(dir: string): Promise<string> {
  const file = join(dir, 'volumes');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept !== '') return kept;
  const id = randomBytes(6).toString('hex');
  await writeFile(file, id);
  return id;
}
