import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Tokens = z.record(z.string().min(1), z.string().min(16));

/** Says which role a bearer token proves, or null. */
export type BearerRoleOf = (token: string) => string | null;

/**
 * Reads role → token from a JSON file and compares in constant time.
 * @throws Error naming the file when it is not such a file
 */
export function readBearerRoles(file: string): BearerRoleOf {
  const tokens = Tokens.safeParse(parseJson(file, readFileSync(file, 'utf8')));
  if (!tokens.success) throw new Error(`${file}: ${z.prettifyError(tokens.error)}`);
  const digests = Object.entries(tokens.data).map(([role, token]) => ({ role, digest: sha256(token) }));
  return (token) => {
    const digest = sha256(token);
    return digests.find((known) => timingSafeEqual(known.digest, digest))?.role ?? null;
  };
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the cause, whose message would quote the file and so perhaps a token.
    throw new Error(`${file}: not JSON`);
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();
