import { type SecureContextOptions } from 'node:tls';
import { type EdgeConfig } from '../config.ts';
import { type KeyPair } from './server-certificate.ts';

/**
 * The consumer leg's TLS, to be set anew whenever our certificate or the trusted CAs change. It proves chains; what is revoked
 * is asked for every request instead, which no session or open connection escapes.
 */
export function serverContext(
  { tls }: Pick<EdgeConfig, 'tls'>,
  { cert, key }: KeyPair,
  caPem: string,
): SecureContextOptions {
  return {
    cert,
    key,
    ca: caPem,
    ciphers: tls.ciphers,
    honorCipherOrder: true,
    // Half of the required ciphers are DHE.
    dhparam: 'auto',
    minVersion: 'TLSv1.2',
    maxVersion: tls.maxVersion,
  };
}
