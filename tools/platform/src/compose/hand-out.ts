import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type InternalAuthority } from './internal-authority.ts';
import { type Given, type Recipient } from './recipients.ts';

/** What the set-up keeps and hands out copies of. */
export type Kept = {
  readonly authority: InternalAuthority;
  /** Folder of the certificates that consumers, providers and the edge show one another. */
  readonly nhsFolder: string;
  readonly secretsFolder: string;
  /** Of every role the token by which a machine proves it. */
  readonly tokens: Readonly<Record<string, string>>;
};

/** Writes a recipient's files into its folder, each whole or not at all. Its group may read them, and nobody else. */
export async function handOut(recipient: Recipient, folder: string, kept: Kept): Promise<void> {
  const { name, dnsNames = [], files } = recipient;
  const { cert, key } = await kept.authority.leaf(name, dnsNames);
  const own = {
    'ca.pem': await readFile(kept.authority.caFile, 'utf8'),
    'tls.pem': cert,
    'tls.key.pem': key,
    // As Kafka wants them.
    ...(name === 'kafka' && { 'keystore.pem': `${key}${cert}` }),
  };
  const given = await Promise.all(
    Object.entries(files).map(async ([file, what]) => [file, await contentOf(what, kept)] as const),
  );
  for (const [file, content] of [...Object.entries(own), ...given]) {
    const draft = join(folder, `.${file}.draft`);
    await writeFile(draft, content, { mode: 0o640 });
    await rename(draft, join(folder, file));
  }
}

async function contentOf(given: Given, kept: Kept): Promise<string> {
  if ('nhs' in given) return readFile(join(kept.nhsFolder, given.nhs), 'utf8');
  if ('secret' in given) return readFile(join(kept.secretsFolder, given.secret), 'utf8');
  return JSON.stringify(
    Object.fromEntries(given.tokens.map((role) => [role, kept.tokens[role] ?? missing(role)])),
  );
}

function missing(role: string): never {
  throw new Error(`there is no token for the role ${role}`);
}
