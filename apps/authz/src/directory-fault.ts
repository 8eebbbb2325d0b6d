import {
  AdminLimitExceededError,
  InappropriateAuthError,
  InsufficientAccessError,
  InvalidCredentialsError,
  NoSuchObjectError,
  ResultCodeError,
  SizeLimitExceededError,
  StrongAuthRequiredError,
  TimeLimitExceededError,
} from 'ldapts';
import { LdapTimeout } from './ldap/open-socket.ts';
import { type SdsConfig } from './sync-sds-config.ts';

/** The directory cannot be read; the message says which setting or whose doing it is. */
export class DirectoryFault extends Error {
  override readonly name = 'DirectoryFault';
}

/** Says in an operator's words why the directory cannot be read; what is no fault of the directory's comes back as it is. */
export function directoryFault(error: unknown, config: SdsConfig): unknown {
  if (!(error instanceof Error)) return error;
  const said = ldapFault(error, config) ?? fileFault(error, config) ?? tlsFault(error, config);
  return said === null ? error : new DirectoryFault(said, { cause: error });
}

function ldapFault(error: Error, { url, bindDn, baseDn, bindPasswordFile }: SdsConfig): string | null {
  if (error instanceof LdapTimeout) return `${url} (SDS_URL) gave ${error.message} (SDS_TIMEOUT_MS)`;
  const as = bindDn === null ? 'anonymously' : `as ${bindDn}`;
  if (error instanceof InvalidCredentialsError) {
    return `${url} refuses the bind as ${bindDn}: the name (SDS_BIND_DN) or the password in ${bindPasswordFile} is wrong`;
  }
  if (error instanceof InappropriateAuthError || error instanceof StrongAuthRequiredError) {
    return `${url} does not let anybody bind ${as}: set SDS_BIND_DN, or give a client certificate (SDS_CERT_FILE)`;
  }
  if (error instanceof InsufficientAccessError) return `${url} does not let us read below ${baseDn} ${as}`;
  if (error instanceof SizeLimitExceededError || error instanceof AdminLimitExceededError) {
    return `${url} allows fewer entries to be read ${as} than the directory holds, even page by page: its operator must lift the limit of paged results (OpenLDAP: size.prtotal=unlimited)`;
  }
  if (error instanceof TimeLimitExceededError) return `${url} gave up a search for its time limit`;
  if (error instanceof NoSuchObjectError) {
    return `${url} has no ou=Services below ${baseDn}, or does not show it ${as}: check SDS_BASE_DN`;
  }
  return error instanceof ResultCodeError ? `${url} answered: ${error.message}` : null;
}

function fileFault(error: Error, { caFile, certFile, keyFile }: SdsConfig): string | null {
  if ('path' in error && 'syscall' in error) return `a file cannot be read: ${error.message}`;
  const code = codeOf(error);
  if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH') {
    return `the key in ${keyFile} (SDS_KEY_FILE) does not belong to the certificate in ${certFile} (SDS_CERT_FILE)`;
  }
  if (
    code.startsWith('ERR_OSSL_PEM') ||
    code.startsWith('ERR_OSSL_UNSUPPORTED') ||
    code.startsWith('ERR_OSSL_ASN1')
  ) {
    return `one of ${[caFile, certFile, keyFile].filter((file) => file !== null).join(', ')} is not PEM: ${error.message}`;
  }
  return null;
}

const untrusted = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
]);

function tlsFault(error: Error, { url, caFile, certFile }: SdsConfig): string | null {
  const code = codeOf(error);
  if (untrusted.has(code))
    return `the certificate of ${url} is not from the CA in ${caFile} (SDS_CA_FILE): ${code}`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `the certificate of ${url} (SDS_URL) is for other names: ${error.message}`;
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return `the certificate of ${url}, or the CA in ${caFile}, is out of date: ${code}`;
  }
  const shown =
    certFile === null ? 'no certificate (SDS_CERT_FILE)' : `the certificate in ${certFile} (SDS_CERT_FILE)`;
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') {
    return `${url} ended the TLS handshake; we showed ${shown}: ${error.message}`;
  }
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return `${url} hung up, perhaps on our certificate; we showed ${shown}: ${error.message}`;
  const isAway = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ETIMEDOUT'].includes(code);
  return isAway ? `${url} (SDS_URL) cannot be reached: ${error.message}` : null;
}

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : '';
