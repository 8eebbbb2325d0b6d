import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Reads the auditors' public key, PEM. @throws Error naming the file when it is not an X25519 key */
export function readUrlKey(file: string): KeyObject {
  const key = createPublicKey(readFileSync(file));
  if (key.asymmetricKeyType !== 'x25519') throw new Error(`${file}: an X25519 key is needed`);
  return key;
}
