import { verify } from 'node:crypto';
import { promisify } from 'node:util';
import { type CrlHead } from './crl.ts';
import { type TrustedCa, type TrustSet } from './trust-set.ts';

const algorithms: Readonly<Record<string, { readonly digest: string | null; readonly key: string }>> = {
  '1.2.840.113549.1.1.11': { digest: 'sha256', key: 'rsa' },
  '1.2.840.113549.1.1.12': { digest: 'sha384', key: 'rsa' },
  '1.2.840.113549.1.1.13': { digest: 'sha512', key: 'rsa' },
  '1.2.840.10045.4.3.2': { digest: 'sha256', key: 'ec' },
  '1.2.840.10045.4.3.3': { digest: 'sha384', key: 'ec' },
  '1.2.840.10045.4.3.4': { digest: 'sha512', key: 'ec' },
  '1.3.101.112': { digest: null, key: 'ed25519' },
};

// With a callback it works on another thread: the hash of a long list takes a while.
const verifyApart = promisify(verify);

/** Finds the trusted CA that has signed a CRL, or says why there is none. */
export async function signerOf(
  head: CrlHead,
  trust: TrustSet,
): Promise<TrustedCa | 'issuer-unknown' | 'signature-algorithm' | 'signature-wrong'> {
  const algorithm = algorithms[head.signatureAlgorithm];
  const namesakes = trust.named(head.issuer);
  if (namesakes.length === 0) return 'issuer-unknown';
  if (algorithm === undefined) return 'signature-algorithm';
  for (const ca of namesakes) {
    const { publicKey } = ca.x509;
    if (!ca.facts.maySignCrls || publicKey.asymmetricKeyType !== algorithm.key) continue;
    if (await verifyApart(algorithm.digest, head.toBeSigned, publicKey, head.signature)) return ca;
  }
  return 'signature-wrong';
}
