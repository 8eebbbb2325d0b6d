import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type PlatformPaths } from '../src/paths.ts';
import { type PlatformCard } from '../src/platform-card.ts';

const part = z.string().default('');
const Jwk = z.object({ d: part, p: part, q: part, dp: part, dq: part, qi: part });
const IdentityKeys = z.object({ jwks: z.array(Jwk), cookies: z.array(z.string()) });
/** Public halves lie beside the private ones. */
const isKey = (file: string) => file.endsWith('.key.pem');

/** Every secret of a run, by name: each line of a private key is one, since a log may hold a part. */
export async function secretsOfRun(
  paths: PlatformPaths,
  card: PlatformCard,
): Promise<ReadonlyMap<string, string>> {
  const secrets = new Map<string, string>();
  const add = (name: string, secret: string) => {
    if (secret !== '') secrets.set(name, secret);
  };
  for (const dir of [paths.pki, paths.secrets]) {
    for (const file of await readdir(dir)) {
      const text = await readFile(join(dir, file), 'utf8');
      if (isKey(file)) keyLines(text).forEach((line, at) => add(`${file}, line ${at + 1}`, line));
      else if (!/\.(pem|json)$/.test(file)) add(file, text.trim());
    }
  }
  const tokens = z
    .record(z.string(), z.string())
    .parse(JSON.parse(await readFile(join(paths.secrets, 'tokens.json'), 'utf8')));
  for (const [role, token] of Object.entries(tokens)) add(`the token of ${role}`, token);

  const identity = IdentityKeys.parse(JSON.parse(await readFile(join(paths.identity, 'keys.json'), 'utf8')));
  for (const jwk of identity.jwks) {
    for (const [name, secret] of Object.entries(jwk)) add(`the identity provider's key, ${name}`, secret);
  }
  identity.cookies.forEach((key) => add("the key of the identity provider's cookies", key));
  for (const { user, password } of card.people) add(`the password of ${user}`, password);
  add('the password of Postgres', decodeURIComponent(new URL(card.postgres).password));
  add('the password of the directory', card.ldap.adminPassword);
  return secrets;
}

/** The first line of an RSA key's body is the same for many keys of its size, so short beginnings are left out. */
function keyLines(pem: string): readonly string[] {
  const lines = pem.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));
  return lines.length === 1 ? lines : lines.slice(1, -1);
}
