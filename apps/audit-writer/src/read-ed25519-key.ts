import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Reads a private key, PEM. @throws Error naming the file when it is not an Ed25519 key */
export function readSigningKey(file: string): KeyObject {
  return ed25519(file, createPrivateKey(readFileSync(file)));
}

/** Reads a public key, PEM. @throws Error naming the file when it is not an Ed25519 key */
export function readVerifyingKey(file: string): KeyObject {
  return ed25519(file, createPublicKey(readFileSync(file)));
}

function ed25519(file: string, key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${file}: an Ed25519 key is needed`);
  return key;
}
