/** Why a connection ended before HTTP could be spoken on it; a closed set, for it labels a metric. */
export type HandshakeFailure =
  | 'silent'
  | 'timeout'
  | 'hung-up'
  | 'no-common-version'
  | 'no-common-cipher'
  | 'refused-by-client'
  | 'malformed';

const byCode: Readonly<Record<string, HandshakeFailure>> = {
  ECONNRESET: 'hung-up',
  EPIPE: 'hung-up',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'timeout',
  ERR_SSL_NO_SHARED_CIPHER: 'no-common-cipher',
  ERR_SSL_NO_SHARED_SIGNATURE_ALGORITHMS: 'no-common-cipher',
  ERR_SSL_NO_CIPHERS_SPECIFIED: 'no-common-cipher',
  ERR_SSL_NO_SUITABLE_KEY_SHARE: 'no-common-cipher',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'no-common-version',
  ERR_SSL_VERSION_TOO_LOW: 'no-common-version',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no-common-version',
  ERR_SSL_INAPPROPRIATE_FALLBACK: 'no-common-version',
};

/** Sorts what OpenSSL or the socket said of a handshake that failed. */
export function handshakeFailure(error: Error): HandshakeFailure {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code.includes('_ALERT_')) return 'refused-by-client';
  return byCode[code] ?? 'malformed';
}
