import { randomBytes } from 'node:crypto';
import { chown, readFile, writeFile } from 'node:fs/promises';

/** The secret kept in `file` (mode 0600), made at the first asking; 32 hexadecimal digits. */
export async function secretFile(
  file: string,
  owner?: { readonly uid: number; readonly gid: number },
): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept !== '') return kept;
  const secret = randomBytes(16).toString('hex');
  await writeFile(file, secret, { mode: 0o600 });
  if (owner !== undefined) await chown(file, owner.uid, owner.gid);
  return secret;
}
