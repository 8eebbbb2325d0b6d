import { createHash, randomBytes } from 'node:crypto';
import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with SDS' schema, the sample entries, the server's configuration and its Dockerfile. */
export const ldapSeedDir = fileURLToPath(new URL('../../../../infra/ldap', import.meta.url));

/** The suffix of the directory, as the national one has it. */
export const ldapBaseDn = 'o=nhs';

/** Who may change the directory. */
export const ldapAdminDn = `cn=admin,${ldapBaseDn}`;

/** Every sample entry as one LDIF: the suffix, what SDS publishes, then our own. */
export async function readSampleDirectory(): Promise<string> {
  const files = await Promise.all(
    ['base', 'sds', 'sample'].map(async (folder) => {
      const names = (await readdir(join(ldapSeedDir, folder))).filter((name) => name.endsWith('.ldif'));
      return names.toSorted().map((name) => join(ldapSeedDir, folder, name));
    }),
  );
  const texts = await Promise.all(files.flat().map((file) => readFile(file, 'utf8')));
  // Not every file ends its last line, and an empty line must part two entries.
  return texts.join('\n\n');
}

/** Fills in the server's configuration: each `@NAME@` of the template becomes `values.NAME`. */
export async function renderSlapdConf(values: Readonly<Record<string, string>>): Promise<string> {
  const template = await readFile(join(ldapSeedDir, 'slapd.conf.in'), 'utf8');
  return template.replaceAll(/@([A-Z_]+)@/g, (placeholder, name: string) => values[name] ?? placeholder);
}

/** Hashes a password as slapd's `rootpw` takes it, salted SHA-1. */
export function hashLdapPassword(password: string): string {
  const salt = randomBytes(8);
  const digest = createHash('sha1').update(password).update(salt).digest();
  return `{SSHA}${Buffer.concat([digest, salt]).toString('base64')}`;
}

/** The first folder of a list that exists. */
export async function firstExisting(dirs: readonly string[]): Promise<string | undefined> {
  for (const dir of dirs) {
    const exists = await access(dir).then(
      () => true,
      () => false,
    );
    if (exists) return dir;
  }
  return undefined;
}
