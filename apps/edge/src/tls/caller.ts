import { type X509Certificate } from 'node:crypto';
import { type TLSSocket } from 'node:tls';
import { certificateNamesMax } from '@ssp/contracts';
import { type RefusalCode } from '@ssp/spine';
import { type CertificateFacts, readCertificateFacts } from './certificate-facts.ts';
import { type DnPolicy, dnFault } from './dn-policy.ts';

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
  readonly dn: string;
  /** CN and dNSNames that a host can have, as many as authz is asked about; any of them may be the registered name (spec 17.12). */
  readonly names: readonly string[];
  /** What is wrong with its names, whoever issued it. */
  readonly nameFault: CertificateFault | null;
  readonly x509: X509Certificate;
  readonly facts: CertificateFacts;
};

/** Why a certificate is refused; `detail` is a word for audit, never what a caller sent. */
export type CertificateFault = {
  readonly code: Extract<RefusalCode, `certificate-${string}` | 'no-crl-in-force'>;
  readonly detail?: string;
};

/** Reads the caller off its socket; costs a certificate parse, so do it once per connection. */
export function readCaller(socket: TLSSocket, policy: DnPolicy): Caller {
  const connection = {
    remoteAddress: socket.remoteAddress ?? '',
    tlsProtocol: socket.getProtocol(),
    tlsCipher: socket.getCipher()?.name ?? null,
  };
  const x509 = socket.getPeerX509Certificate();
  // Without a certificate Node names a missing issuer; absence is tested first (spec 4.4).
  if (x509 === undefined) return { ...connection, certificate: null, fault: { code: 'certificate-missing' } };
  try {
    return { ...connection, certificate: readCertificate(x509, policy), fault: handshakeFault(socket) };
  } catch {
    const fault = { code: 'certificate-untrusted', detail: 'unreadable' } as const;
    return { ...connection, certificate: null, fault };
  }
}

/** A stranger's certificate may say what it likes, and as much as it likes; audit keeps no more of it than this. */
const dnLengthMax = 1_024;
const serialLengthMax = 64;

function readCertificate(x509: X509Certificate, policy: DnPolicy): CallerCertificate {
  const facts = readCertificateFacts(x509.raw);
  const hostNames = [...new Set([...facts.commonNames, ...facts.dnsNames])].filter(isHostName);
  // Once for the connection, as every request of it asks and tells of them.
  const names = hostNames.slice(0, certificateNamesMax);
  const nameFault = names.length === 0 ? ({ code: 'certificate-name-missing' } as const) : null;
  return {
    serial: facts.serial.slice(0, serialLengthMax),
    dn: facts.subjectText.slice(0, dnLengthMax),
    names,
    nameFault: nameFault ?? policyFault(facts, policy),
    x509,
    facts,
  };
}

/** What is none, a wildcard above all, can be nobody's registered name. */
function isHostName(name: string): boolean {
  return (
    name.length <= 253 &&
    /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i.test(name)
  );
}

function policyFault({ subjectName }: CertificateFacts, policy: DnPolicy): CertificateFault | null {
  const fault = dnFault(subjectName, policy);
  if (fault === null) return null;
  return { code: fault.code, detail: `${fault.required.type}=${fault.required.value}` };
}

const codes: Readonly<Record<string, CertificateFault['code']>> = {
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'certificate-not-yet-valid',
  INVALID_PURPOSE: 'certificate-wrong-purpose',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate-chain-incomplete',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate-chain-incomplete',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate-chain-incomplete',
};

function handshakeFault(socket: TLSSocket): CertificateFault | null {
  if (socket.authorized) return null;
  // Typed as an Error, yet Node puts the verification code there as a string.
  const reason: unknown = socket.authorizationError;
  const detail = reason instanceof Error ? reason.message : String(reason);
  return { code: codes[detail] ?? 'certificate-untrusted', detail };
}
