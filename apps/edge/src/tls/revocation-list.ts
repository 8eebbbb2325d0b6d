import { readFileSync, statSync } from 'node:fs';
import 'reflect-metadata';
import { X509Crl } from '@peculiar/x509';

/** The CRLs in force, as one value that is replaced whole. */
export type RevocationList = {
  /** One PEM per CRL: Node reads only the first of a bundle. */
  readonly pems: readonly string[];
  /** Keys made by `revocationKey`. */
  readonly revoked: ReadonlySet<string>;
  /** When the first of the CRLs ceases to be in force, epoch milliseconds. */
  readonly nextUpdateMs: number;
};

/**
 * Reads every CRL of the given files; a file may hold several.
 * @throws Error naming the file that is unreadable, empty or no CRL
 */
export function readRevocationLists(files: readonly string[]): RevocationList {
  const pems = files.flatMap(readPems);
  const lists = pems.map((pem) => new X509Crl(pem));
  return {
    pems,
    revoked: new Set(
      lists.flatMap((list) => {
        const [issuer = ''] = list.issuerName.getField('CN');
        return list.entries.map((entry) => revocationKey(issuer, normalSerial(entry.serialNumber)));
      }),
    ),
    nextUpdateMs: Math.min(...lists.map((list) => list.nextUpdate?.getTime() ?? Infinity)),
  };
}

/** Names a certificate by its issuer's CN and its serial, since serials are unique per issuer only. */
export function revocationKey(issuerCommonName: string, serial: string): string {
  return `${issuerCommonName}/${serial}`;
}

const block = /-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g;

function readPems(file: string): string[] {
  const content = readFileSync(file);
  if (content[0] === 0x30) return [new X509Crl(content).toString('pem')];
  const pems = content.toString('utf8').match(block);
  if (pems === null) throw new Error(`${file} holds no CRL`);
  return pems;
}

/** Serials as Node prints those of certificates: upper case, without leading zero bytes. */
function normalSerial(serial: string): string {
  const bare = serial.toUpperCase().replace(/^(00)+(?=.)/, '');
  return bare.length % 2 === 0 ? bare : `0${bare}`;
}

/** Changes when one of the files does. */
export function filesFingerprint(files: readonly string[]): string {
  return files
    .map((file) => {
      const { mtimeMs, size, ino } = statSync(file);
      return `${ino}:${mtimeMs}:${size}`;
    })
    .join();
}
