import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import { type Logger } from 'pino';
import { readCertificates, watchFiles } from '@ssp/service';
import { type EdgeConfig } from '../config.ts';

/** The provider leg's certificate, key and trusted CAs; a change has a generation of its own. */
export type ProviderCertificates = { readonly context: SecureContext; readonly generation: number };

/** Reads them now and whenever a file changes; what cannot be used leaves the former in force. Throws if the first cannot. */
export function keepProviderCertificates(
  { certFile, keyFile, caFile, tls }: Pick<EdgeConfig['provider'], 'certFile' | 'keyFile' | 'caFile' | 'tls'>,
  log: Logger,
  resources: AsyncDisposableStack,
): () => ProviderCertificates {
  const read = () => {
    const ca = readFileSync(caFile, 'utf8');
    // TLS passes over what is no certificate: of a file half written it would trust no provider.
    readCertificates(ca);
    return createSecureContext({
      cert: readFileSync(certFile),
      key: readFileSync(keyFile),
      ca,
      ciphers: tls.ciphers,
      minVersion: 'TLSv1.2',
      maxVersion: tls.maxVersion,
    });
  };
  const files = [certFile, keyFile, caFile];
  watchFiles(
    { what: "the provider leg's certificates", files },
    () => {
      current = { context: read(), generation: current.generation + 1 };
    },
    log,
    resources,
  );
  let current: ProviderCertificates = { context: read(), generation: 1 };
  return () => current;
}
