import { readFileSync } from 'node:fs';

/** The files by which a TLS connection of ours to another service is trusted by either end; PEM, each may be left out. */
export type LinkFiles = {
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
};

/** Reads them as options of such a connection, which is of TLS 1.2 or later. Throws where one cannot be read. */
export function readLinkFiles({ caFile, certFile, keyFile }: LinkFiles) {
  return {
    minVersion: 'TLSv1.2',
    ...(caFile !== null && { ca: readFileSync(caFile) }),
    ...(certFile !== null && { cert: readFileSync(certFile) }),
    ...(keyFile !== null && { key: readFileSync(keyFile) }),
  } as const;
}
