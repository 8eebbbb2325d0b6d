import { type Logger } from 'pino';
import { type Caller, type CertificateFault } from './caller.ts';
import {
  filesFingerprint,
  readRevocationLists,
  revocationKey,
  type RevocationList,
} from './revocation-list.ts';

/** Knows at any moment whose certificate has been revoked. */
export type Revocation = {
  readonly current: () => RevocationList;
  /** What speaks against a caller now, on new and on long open connections alike. */
  readonly faultOf: (caller: Caller, nowMs: number) => CertificateFault | null;
};

/**
 * Reads the CRLs and watches their files; `onChange` gets every new set. A set that cannot be read never replaces one
 * that could.
 * @throws Error at the start, when a file is not a CRL
 */
export function watchRevocation(
  config: { readonly files: readonly string[]; readonly pollMs: number },
  onChange: (list: RevocationList) => void,
  log: Logger,
  resources: AsyncDisposableStack,
): Revocation {
  let fingerprint = filesFingerprint(config.files);
  let current = readRevocationLists(config.files);
  const look = () => {
    try {
      const now = filesFingerprint(config.files);
      if (now === fingerprint) return;
      const list = readRevocationLists(config.files);
      onChange(list);
      current = list;
      fingerprint = now;
      log.info({ revoked: list.revoked.size, nextUpdate: new Date(list.nextUpdateMs) }, 'CRLs reloaded');
    } catch (error) {
      log.error(
        { err: error },
        'CRLs could not be reloaded; the former ones stay in force until their nextUpdate',
      );
    }
  };
  const timer = setInterval(look, config.pollMs);
  resources.defer(() => clearInterval(timer));
  return {
    current: () => current,
    faultOf: (caller, nowMs) => {
      if (caller.fault !== null) return caller.fault;
      if (caller.certificate === null) return 'certificate-missing';
      const { issuer, serial } = caller.certificate;
      if (current.revoked.has(revocationKey(issuer, serial))) return 'certificate-revoked';
      if (nowMs >= current.nextUpdateMs) return 'no-crl-in-force';
      return nowMs >= caller.certificate.expiresMs ? 'certificate-expired' : null;
    },
  };
}
