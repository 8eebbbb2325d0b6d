import { type TLSSocket } from 'node:tls';
import { type RefusalCode } from '@ssp/spine';

/** Who is at the other end of a consumer's connection, read once from its handshake. */
export type Caller = {
  readonly remoteAddress: string;
  readonly tlsProtocol: string | null;
  readonly tlsCipher: string | null;
  readonly certificate: CallerCertificate | null;
  /** What the handshake already spoke against it. */
  readonly fault: CertificateFault | null;
};

export type CallerCertificate = {
  /** Upper-case hexadecimal. */
  readonly serial: string;
  /** The issuer's CN. */
  readonly issuer: string;
  readonly dn: string;
  /** CN and dNSNames; any of them may be the registered name (spec 17.12). */
  readonly names: readonly string[];
  readonly expiresMs: number;
};

export type CertificateFault = Extract<
  RefusalCode,
  | 'certificate-missing'
  | 'certificate-untrusted'
  | 'certificate-expired'
  | 'certificate-revoked'
  | 'certificate-name-unknown'
  | 'no-crl-in-force'
>;

/** Reads the caller off its socket; costs a certificate parse, so do it once per connection. */
export function readCaller(socket: TLSSocket): Caller {
  const peer = socket.getPeerCertificate(false);
  const certificate = Object.keys(peer).length === 0 ? null : readCertificate(peer);
  return {
    remoteAddress: socket.remoteAddress ?? '',
    tlsProtocol: socket.getProtocol(),
    tlsCipher: socket.getCipher()?.name ?? null,
    certificate,
    // Without a certificate Node names a missing issuer; absence is tested first (spec 4.4).
    fault: certificate === null ? 'certificate-missing' : handshakeFault(socket),
  };
}

function readCertificate(peer: {
  readonly subject: Readonly<Record<string, string | string[] | undefined>>;
  readonly subjectaltname?: string | undefined;
  readonly issuer: Readonly<Record<string, string | string[] | undefined>>;
  readonly serialNumber: string;
  readonly valid_to: string;
}): CallerCertificate {
  const commonNames = [peer.subject['CN'] ?? []].flat();
  return {
    serial: peer.serialNumber.toUpperCase(),
    issuer: [peer.issuer['CN'] ?? ''].flat()[0] ?? '',
    dn: distinguishedName(peer.subject),
    names: [...new Set([...commonNames, ...dnsNames(peer.subjectaltname ?? '')])],
    expiresMs: Date.parse(peer.valid_to),
  };
}

function dnsNames(subjectAltName: string): string[] {
  const entries = subjectAltName.split(', ');
  // A quoted entry holds characters that no host name has; it is nobody's registered name.
  return entries
    .filter((entry) => entry.startsWith('DNS:') && !entry.includes('"'))
    .map((entry) => entry.slice(4));
}

function distinguishedName(subject: Readonly<Record<string, string | string[] | undefined>>): string {
  return Object.entries(subject)
    .flatMap(([type, values]) => [values ?? []].flat().map((value) => `${type}=${value}`))
    .join(', ');
}

const faults: Readonly<Record<string, CertificateFault>> = {
  CERT_REVOKED: 'certificate-revoked',
  CERT_HAS_EXPIRED: 'certificate-expired',
  UNABLE_TO_GET_CRL: 'no-crl-in-force',
  CRL_HAS_EXPIRED: 'no-crl-in-force',
  CRL_NOT_YET_VALID: 'no-crl-in-force',
};

function handshakeFault(socket: TLSSocket): CertificateFault | null {
  if (socket.authorized) return null;
  // Typed as an Error, yet Node puts the verification code there as a string.
  const reason: unknown = socket.authorizationError;
  const code = reason instanceof Error ? reason.message : String(reason);
  return faults[code] ?? 'certificate-untrusted';
}
