import { createPrivateKey } from 'node:crypto';

/** How every certificate and CRL of the development PKI is signed. */
export const signingAlgorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
} as const;

/** Makes an RSA-2048 key pair. */
export async function generateKeys(): Promise<{ publicKey: CryptoKey; privateKey: CryptoKey }> {
  return crypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify']);
}

/** Writes a private key as PKCS#8 PEM, without a passphrase. */
export async function exportPrivateKey(key: CryptoKey): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', key));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
    format: 'pem',
    type: 'pkcs8',
  });
}

/** Reads a private RSA key from PEM, for signing. */
export async function importPrivateKey(pem: string): Promise<CryptoKey> {
  const der = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' });
  return crypto.subtle.importKey('pkcs8', der, signingAlgorithm, true, ['sign']);
}
