import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { watchFiles } from '@ssp/service';
import { type Logger } from 'pino';

/** A certificate chain and its key, both PEM, which belong together. */
export type KeyPair = { readonly cert: Buffer; readonly key: Buffer };

/**
 * Reads the certificate that consumers are shown and keeps it up to date; `onChange` is called when there is a new one. A
 * pair whose halves do not belong together never takes the place of one that does.
 * @throws Error at the start, for such a pair or one that cannot be read
 */
export function watchServerCertificate(
  files: { readonly certFile: string; readonly keyFile: string },
  onChange: () => void,
  log: Logger,
  resources: AsyncDisposableStack,
): () => KeyPair {
  const group = { what: "consumer leg's certificate", files: [files.certFile, files.keyFile] };
  const reload = () => {
    const former = current;
    current = readKeyPair(files);
    try {
      onChange();
    } catch (error) {
      current = former;
      throw error;
    }
  };
  watchFiles(group, reload, log, resources);
  let current = readKeyPair(files);
  return () => current;
}

function readKeyPair(files: { readonly certFile: string; readonly keyFile: string }): KeyPair {
  const pair = { cert: readFileSync(files.certFile), key: readFileSync(files.keyFile) };
  createSecureContext(pair);
  return pair;
}
