import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { type Logger } from 'pino';
import { filesFingerprint } from '../watch-files.ts';
import { type CertificateFile } from './certificate-files.ts';
import { type ReadCertificate, readCertificates } from './read-certificates.ts';

/**
 * The certificates of a file as they are in use now: those that lie there, or the former ones while what lies there cannot be used, for
 * so do all who read such files. The reason why not is logged once.
 */
export function keepCertificates(
  { setting, file, keyFile }: CertificateFile,
  log: Logger,
): () => Promise<readonly ReadCertificate[]> {
  const files = keyFile === null ? [file] : [file, keyFile];
  let kept: readonly ReadCertificate[] = [];
  let state = { fingerprint: '', failure: '' };
  return async () => {
    // Taken before the file is read: what changes in between is seen at the next look.
    const fingerprint = await filesFingerprint(files);
    if (fingerprint === state.fingerprint) return kept;
    try {
      const pem = await readFile(file, 'utf8');
      const read = readCertificates(pem);
      if (keyFile !== null) createSecureContext({ cert: pem, key: await readFile(keyFile) });
      kept = read;
      state = { fingerprint, failure: '' };
    } catch (error) {
      const failure = String(error);
      if (failure !== state.failure)
        log.error({ err: error, setting, files }, 'certificates cannot be used; the former stay in use');
      state = { ...state, failure };
    }
    return kept;
  };
}
