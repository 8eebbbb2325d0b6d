import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Reads a private key, PEM. @throws Error naming the file when it is not an Ed25519 key */
export function readSigningKey(file: string): KeyObject {
  return ed25519(file, createPrivateKey(readFileSync(file)));
}

/** Reads public keys, PEM, one after the other. @throws Error naming the file when one is not an Ed25519 key, or there is none */
export function readVerifyingKeys(file: string): readonly KeyObject[] {
  const blocks = readFileSync(file, 'utf8').match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g);
  if (!blocks) throw new Error(`${file}: no key in PEM is there`);
  return blocks.map((block) => ed25519(file, createPublicKey(block)));
}

function ed25519(file: string, key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${file}: an Ed25519 key is needed`);
  return key;
}
