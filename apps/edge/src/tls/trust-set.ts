import { X509Certificate } from 'node:crypto';
import { certificateBlocks } from '@ssp/service';
import { type CertificateFacts, readCertificateFacts } from './certificate-facts.ts';

/** A CA that is trusted. */
export type TrustedCa = {
  readonly x509: X509Certificate;
  readonly facts: CertificateFacts;
  /** Of its name and key together: a CA's renewed certificate is the same issuer, its successor's key is not. */
  readonly issuerId: string;
  /** Its CN, for metrics and logs. */
  readonly label: string;
  readonly validFromMs: number;
  readonly validToMs: number;
  readonly isSelfSigned: boolean;
};

/** One certificate of a chain, and who issued it. */
export type Link = { readonly issuer: TrustedCa; readonly facts: CertificateFacts };

/** From the leaf up to, and without, the root; with when all of them and the root are valid. */
export type Chain = {
  readonly links: readonly Link[];
  readonly validFromMs: number;
  readonly validToMs: number;
};

/** The CAs whose certificates are trusted at one time; replaced whole. */
export type TrustSet = {
  readonly cas: readonly TrustedCa[];
  /** By the DER of their name. */
  readonly named: (name: string) => readonly TrustedCa[];
  /** The chain of a certificate within this set; null where one of its issuers is not in it or has not signed it. */
  readonly chainOf: (x509: X509Certificate, facts: CertificateFacts) => Chain | null;
};

/**
 * Reads a PEM bundle of CAs.
 * @throws Error for a bundle without a certificate, with one that cannot be read, is cut short, or is no CA
 */
export function readTrustSet(pem: string): TrustSet {
  return createTrustSet(certificateBlocks(pem).map((text) => readCa(new X509Certificate(text))));
}

function readCa(x509: X509Certificate): TrustedCa {
  const facts = readCertificateFacts(x509.raw);
  const [label = facts.subjectText] = facts.commonNames;
  if (!x509.ca) throw new Error(`${label} is no CA`);
  const key = x509.publicKey.export({ format: 'der', type: 'spki' }).toString('latin1');
  return {
    x509,
    facts,
    issuerId: `${facts.subject}${key}`,
    label,
    validFromMs: facts.validFromMs,
    validToMs: facts.validToMs,
    isSelfSigned: facts.subject === facts.issuer && x509.verify(x509.publicKey),
  };
}

function createTrustSet(unsorted: readonly TrustedCa[]): TrustSet {
  // Of a CA's renewed certificates the one that lasts longest is tried first.
  const cas = unsorted.toSorted((a, b) => b.validToMs - a.validToMs);
  const byName = Map.groupBy(cas, ({ facts }) => facts.subject);
  const named = (name: string) => byName.get(name) ?? [];
  const issuersOf = (x509: X509Certificate, facts: CertificateFacts) =>
    named(facts.issuer).filter((ca) => x509.checkIssued(ca.x509) && x509.verify(ca.x509.publicKey));

  /** `below` are the issuers already on the way up: two CAs may have signed each other. */
  const chainOf = (
    x509: X509Certificate,
    facts: CertificateFacts,
    below: readonly TrustedCa[] = [],
  ): Chain | null => {
    for (const issuer of issuersOf(x509, facts)) {
      if (below.includes(issuer)) continue;
      const above = issuer.isSelfSigned
        ? { links: [], validFromMs: issuer.validFromMs, validToMs: issuer.validToMs }
        : chainOf(issuer.x509, issuer.facts, [...below, issuer]);
      if (above === null) continue;
      return {
        links: [{ issuer, facts }, ...above.links],
        validFromMs: Math.max(facts.validFromMs, above.validFromMs),
        validToMs: Math.min(facts.validToMs, above.validToMs),
      };
    }
    return null;
  };
  return { cas, named, chainOf: (x509, facts) => chainOf(x509, facts) };
}
