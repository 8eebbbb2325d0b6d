import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { createSecureContext } from 'node:tls';
import { readCertificates } from './certificates/read-certificates.ts';

/** The files by which a TLS connection of ours to another service is trusted by either end; PEM, each may be left out. */
export type LinkFiles = {
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
};

/** What the files hold, as TLS takes it; another object once one of them is another. */
export type LinkTls = {
  readonly minVersion: 'TLSv1.2';
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
};

/** However often connections fail and are made again, the files are looked at no more often. */
const lookEveryMs = 1_000;

/**
 * Reads the files, and again for who asks later: so connections take renewed certificates without a restart. What cannot be used, as while
 * only one file of a pair is new, leaves the former in use. Throws where they cannot be read at first, or no CA is in theirs.
 */
export function keepLinkFiles(files: LinkFiles, nowMs = () => performance.now()): () => LinkTls {
  let kept = readAll(files);
  let lookedAtMs = nowMs();
  return () => {
    const atMs = nowMs();
    if (atMs - lookedAtMs < lookEveryMs) return kept;
    lookedAtMs = atMs;
    try {
      const fresh = readAll(files);
      if (!isSame(fresh, kept)) {
        createSecureContext(fresh);
        kept = fresh;
      }
    } catch {
      // The gauge of certificates reads the same files, and logs why.
    }
    return kept;
  };
}

function readAll({ caFile, certFile, keyFile }: LinkFiles): LinkTls {
  const ca = read(caFile);
  // TLS passes over what is no certificate, and trusts nobody where that is all: a file that is half written, or another one.
  if (ca !== undefined) readCertificates(ca.toString());
  return { minVersion: 'TLSv1.2', ca, cert: read(certFile), key: read(keyFile) };
}

const read = (file: string | null) => (file === null ? undefined : readFileSync(file));

function isSame(left: LinkTls, right: LinkTls): boolean {
  return (['ca', 'cert', 'key'] as const).every((part) => {
    const [one, two] = [left[part], right[part]];
    return one === undefined || two === undefined ? one === two : one.equals(two);
  });
}
