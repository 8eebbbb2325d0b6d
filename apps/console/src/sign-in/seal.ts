import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CompactEncrypt, compactDecrypt, errors } from 'jose';

/** Makes values unreadable and unalterable for whoever keeps them for us. */
export type Seal = {
  readonly close: (value: object) => Promise<string>;
  /** The value, or null for what was not sealed by us. */
  readonly open: (sealed: string) => Promise<unknown>;
};

/**
 * Reads keys of 32 bytes, base64 or base64url, one a line: the first seals, all open, so that a new one can be put before the old.
 * @throws Error naming the file where it holds none or a line is no such key
 */
export function readSeal(file: string): Seal {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const keys = lines.map((line) => Buffer.from(line, 'base64'));
  const [first] = keys;
  if (first === undefined || keys.some(({ length }) => length !== 32)) {
    throw new Error(`${file}: give keys of 32 bytes in base64, one a line`);
  }
  const byId = new Map(keys.map((key) => [idOf(key), key]));
  return {
    close: (value) =>
      new CompactEncrypt(Buffer.from(JSON.stringify(value)))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: idOf(first) })
        .encrypt(first),
    open: async (sealed) => {
      try {
        const { plaintext } = await compactDecrypt(sealed, ({ kid }) => keyOf(byId, kid), {
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
        });
        return JSON.parse(Buffer.from(plaintext).toString('utf8'));
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}

function keyOf(byId: ReadonlyMap<string, Uint8Array>, kid: string | undefined): Uint8Array {
  const key = byId.get(kid ?? '');
  if (key === undefined) throw new errors.JWEInvalid('sealed with an unknown key');
  return key;
}

/** Names a key without telling it. */
const idOf = (key: Buffer) => createHash('sha256').update(key).digest('base64url').slice(0, 8);
