import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { reasonOf, UsageFault } from './command-fault.ts';

/** Absolute names of PEM files; null where Node's own authorities or no certificate will do. */
export type TlsFiles = {
  readonly ca: string | null;
  /** The leaf, then the authority that issued it. */
  readonly cert: string | null;
  /** Belongs to the certificate: both or neither. */
  readonly key: string | null;
};

/** What Node's TLS needs to call `hostname`. */
export type TlsOptions = {
  readonly minVersion: 'TLSv1.2';
  readonly servername?: string;
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
};

/** @throws UsageFault naming a file that cannot be read, or a certificate without its key */
export function readTlsFiles({ ca, cert, key }: TlsFiles, hostname: string): TlsOptions {
  if ((cert === null) !== (key === null)) {
    throw new UsageFault('a certificate and its key belong together: give both or neither');
  }
  return {
    minVersion: 'TLSv1.2',
    // A TLS server name is never an address.
    ...(isIP(hostname.replaceAll(/^\[|\]$/g, '')) === 0 && { servername: hostname }),
    ...(ca !== null && { ca: readPem(ca, 'CERTIFICATE') }),
    ...(cert !== null && { cert: readPem(cert, 'CERTIFICATE') }),
    ...(key !== null && { key: readPem(key, 'PRIVATE KEY') }),
  };
}

function readPem(file: string, what: 'CERTIFICATE' | 'PRIVATE KEY'): Buffer {
  try {
    const pem = readFileSync(file);
    // Node takes a file without any for no authorities at all, and then trusts nobody.
    if (pem.includes(`${what}-----`)) return pem;
  } catch (error) {
    throw new UsageFault(`a file cannot be read: ${reasonOf(error)}`);
  }
  throw new UsageFault(`${file} holds no ${what.toLowerCase()} in PEM`);
}
