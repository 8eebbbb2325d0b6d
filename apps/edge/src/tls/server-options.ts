import { readFileSync } from 'node:fs';
import { type SecureContextOptions } from 'node:tls';
import { type EdgeConfig } from '../config.ts';

/** The consumer leg's TLS, to be set anew whenever the CRLs change. */
export function serverContext(config: EdgeConfig, crlPems: readonly string[]): SecureContextOptions {
  return {
    cert: readFileSync(config.server.certFile),
    key: readFileSync(config.server.keyFile),
    ca: readFileSync(config.server.clientCaFile),
    crl: [...crlPems],
    ciphers: config.tls.ciphers,
    honorCipherOrder: true,
    // Half of the required ciphers are DHE.
    dhparam: 'auto',
    minVersion: 'TLSv1.2',
    maxVersion: config.tls.maxVersion,
  };
}
