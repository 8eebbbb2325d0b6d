import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const Keys = z.object({
  /** Private, with a kid. */
  jwks: z.array(z.looseObject({ kty: z.string(), kid: z.string() })),
  cookies: z.array(z.string()),
});
export type Keys = z.output<typeof Keys>;

/** Keys that sign tokens and cookies, made at the first start of a folder: later ones find the same, so that tokens stay in force. */
export async function readKeys(folder: string): Promise<Keys> {
  const file = join(folder, 'keys.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text !== null) return Keys.parse(JSON.parse(text));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
  const keys = Keys.parse({ jwks: [jwk], cookies: [randomBytes(32).toString('base64url')] });
  await writeFile(file, JSON.stringify(keys), { mode: 0o600 });
  return keys;
}
