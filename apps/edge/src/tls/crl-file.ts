import { readFile } from 'node:fs/promises';
import { type CrlPlace } from './crl-places.ts';
import { splitCrls } from './split-crls.ts';
import { filesFingerprint } from '@ssp/service';

/** A file of CRLs, DER or PEM. */
export function crlFile(file: string): CrlPlace {
  let seen = '';
  return {
    kind: 'file',
    name: file,
    read: async () => {
      // Taken before the file is read: what changes in between is seen at the next look.
      const fingerprint = await filesFingerprint([file]);
      if (fingerprint === seen) return null;
      const crls = splitCrls(await readFile(file));
      seen = fingerprint;
      return crls;
    },
    forget: () => void (seen = ''),
  };
}
