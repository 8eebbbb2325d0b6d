import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  CRLDistributionPointsExtension,
  DNS,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  GeneralName,
  IP,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from './x509.ts';
import type { Authority } from './authority.ts';
import { exportPrivateKey, generateKeys, signingAlgorithm } from './keys.ts';
import { newSerialNumber } from './serial-number.ts';

/** What a device certificate should say. */
export interface CertificateRequest {
  /** Becomes the CN of `O=nhs, OU=Devices, CN=<fqdn>` and the first dNSName; null for a certificate without it. */
  readonly fqdn: string | null;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Further names, each a dNSName. */
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  /** Replaces the whole subject, for certificates that are wrong on purpose. */
  readonly subject?: string;
  /** Both by default. */
  readonly usages?: readonly ('serverAuth' | 'clientAuth')[];
  /** Where the CRL that speaks of it is published. */
  readonly distributionPoints?: readonly string[];
}

/** A certificate with the key that belongs to it, ready to be handed to TLS. */
export interface IssuedCertificate {
  /** The leaf followed by its issuer, PEM. */
  readonly certificatePem: string;
  /** PKCS#8 PEM. */
  readonly privateKeyPem: string;
  /** Lower-case hexadecimal, as `issueCrl` takes it. */
  readonly serialNumber: string;
}

/** Issues a device certificate (spec section 4.2) good for both ends of a TLS connection. */
export async function issueCertificate(
  authority: Authority,
  request: CertificateRequest,
): Promise<IssuedCertificate> {
  const keys = await generateKeys();
  const serialNumber = newSerialNumber();
  const names = [
    ...[request.fqdn ?? [], request.dnsNames ?? []].flat().map((name) => new GeneralName(DNS, name)),
    ...(request.ipAddresses ?? []).map((address) => new GeneralName(IP, address)),
  ];
  const certificate = await X509CertificateGenerator.create({
    serialNumber,
    subject: request.subject ?? subjectOf(request.fqdn),
    issuer: authority.certificate.subjectName,
    notBefore: request.notBefore,
    notAfter: request.notAfter,
    publicKey: keys.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      new ExtendedKeyUsageExtension(
        (request.usages ?? (['serverAuth', 'clientAuth'] as const)).map((usage) => ExtendedKeyUsage[usage]),
      ),
      ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)]),
      ...(request.distributionPoints === undefined
        ? []
        : [new CRLDistributionPointsExtension([...request.distributionPoints])]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
    ],
  });
  return {
    certificatePem: `${certificate.toString('pem')}\n${authority.certificate.toString('pem')}\n`,
    privateKeyPem: await exportPrivateKey(keys.privateKey),
    serialNumber,
  };
}

function subjectOf(fqdn: string | null): string {
  return fqdn === null ? 'O=nhs, OU=Devices' : `O=nhs, OU=Devices, CN=${fqdn}`;
}
