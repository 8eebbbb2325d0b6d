import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const roles = ['billing', 'auditor', 'operator'] as const;
const Tokens = z.object({ billing: z.string(), auditor: z.string(), operator: z.string() });

/** The bearer tokens of the local stack's people, and the files in which services find them. */
export type Secrets = {
  readonly tokens: z.output<typeof Tokens>;
  /** JSON of role → token. */
  readonly tokensFile: string;
  /** The console's own token, alone. */
  readonly consoleTokenFile: string;
};

/** Makes the tokens once; later starts find the same ones. */
export async function readSecrets(dir: string): Promise<Secrets> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const tokensFile = join(dir, 'tokens.json');
  const consoleTokenFile = join(dir, 'console-token');
  const kept = await readFile(tokensFile, 'utf8').catch(() => null);
  const tokens = Tokens.parse(kept === null ? makeTokens() : JSON.parse(kept));
  if (kept === null) await writeFile(tokensFile, JSON.stringify(tokens), { mode: 0o600 });
  await writeFile(consoleTokenFile, tokens.billing, { mode: 0o600 });
  return { tokens, tokensFile, consoleTokenFile };
}

function makeTokens(): unknown {
  return Object.fromEntries(roles.map((role) => [role, randomBytes(24).toString('base64url')]));
}
