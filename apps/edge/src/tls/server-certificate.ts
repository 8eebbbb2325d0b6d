import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { type Logger } from 'pino';
import { type EdgeMetrics } from '../metrics.ts';
import { everyMs, watchFiles } from './watch-files.ts';

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

/** Shows each minute how long our own certificates last, as they lie in their files. */
export function showOwnCertificates(
  files: Readonly<Record<'server' | 'provider-client', string>>,
  metrics: EdgeMetrics,
  resources: AsyncDisposableStack,
): void {
  const measure = async () => {
    for (const certificate of ['server', 'provider-client'] as const) {
      const seconds = secondsToExpiry(files[certificate]);
      if (seconds !== null) metrics.ownCertificateSeconds.set({ certificate }, seconds);
    }
  };
  void measure();
  everyMs(60_000, measure, resources);
}

/** Null while the file cannot be read: whoever uses it says so. */
function secondsToExpiry(file: string): number | null {
  try {
    const { validTo } = new X509Certificate(readFileSync(file));
    return (Date.parse(validTo) - Date.now()) / 1_000;
  } catch {
    return null;
  }
}
