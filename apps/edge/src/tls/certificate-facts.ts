import { extensionsOf, readPointName } from './crl-extensions.ts';
import { DerReader, serialKey, tags, timeMs } from './der.ts';
import { type DistinguishedName, nameText, readName, valuesOf } from './distinguished-name.ts';

/** What a certificate says of itself, as far as it matters here. */
export type CertificateFacts = {
  /** Upper-case hexadecimal. */
  readonly serial: string;
  /** As a CRL's `serialKey`. */
  readonly serialKey: string;
  /** Names as DER in latin1: they are matched octet by octet. */
  readonly issuer: string;
  readonly subject: string;
  readonly subjectName: DistinguishedName;
  readonly subjectText: string;
  readonly commonNames: readonly string[];
  readonly dnsNames: readonly string[];
  readonly validFromMs: number;
  /** The last second in which it is valid has ended then. */
  readonly validToMs: number;
  readonly isCa: boolean;
  /** Whether its key usage, where it has one, allows the signing of CRLs. */
  readonly maySignCrls: boolean;
  /** Where its issuer says that its CRL is to be had. */
  readonly distributionPoints: readonly string[];
};

const oids = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  crlDistributionPoints: '2.5.29.31',
} as const;

const dnsName = 0x82;

/** Reads a certificate that TLS has read before us. Throws a DerError. */
export function readCertificateFacts(der: Buffer): CertificateFacts {
  const body = new DerReader(der).read(tags.sequence).inside().read(tags.sequence).inside();
  body.readIf(0xa0);
  body.read(tags.integer);
  const key = serialKey(der, body.start, body.end);
  body.read(tags.sequence);
  const issuer = body.read(tags.sequence).whole().toString('latin1');
  const validity = body.read(tags.sequence).inside();
  const validFromMs = timeMs(validity.next());
  const validToMs = timeMs(validity.next()) + 1_000;
  const subject = body.read(tags.sequence).whole().toString('latin1');
  const subjectName = readName(body);
  body.read(tags.sequence);
  const extended = readExtensions(body);
  return {
    serial: Buffer.from(key, 'latin1').toString('hex').toUpperCase(),
    serialKey: key,
    issuer,
    subject,
    subjectName,
    subjectText: nameText(subjectName),
    commonNames: valuesOf(subjectName, 'CN'),
    validFromMs,
    validToMs,
    ...extended,
  };
}

function readExtensions(
  body: DerReader,
): Pick<CertificateFacts, 'dnsNames' | 'isCa' | 'maySignCrls' | 'distributionPoints'> {
  const dnsNames: string[] = [];
  const distributionPoints: string[] = [];
  let isCa = false;
  let maySignCrls = true;
  while (body.hasMore()) {
    if (body.next().tag !== 0xa3) continue;
    for (const { oid, value } of extensionsOf(body.inside().read(tags.sequence))) {
      if (oid === oids.subjectAltName) dnsNames.push(...readDnsNames(value.read(tags.sequence).inside()));
      else if (oid === oids.basicConstraints) isCa = readIsCa(value.read(tags.sequence).inside());
      else if (oid === oids.keyUsage) maySignCrls = hasCrlSign(value.read(tags.bitString).content());
      else if (oid === oids.crlDistributionPoints)
        distributionPoints.push(...readPoints(value.read(tags.sequence).inside()));
    }
  }
  return { dnsNames, isCa, maySignCrls, distributionPoints };
}

function readIsCa(constraints: DerReader): boolean {
  return constraints.readIf(tags.boolean) && constraints.bytes[constraints.start] !== 0;
}

/** Bit 6 of the usages; the first octet tells how many bits of the last one do not count. */
function hasCrlSign(usages: Buffer): boolean {
  return ((usages[1] ?? 0) & 0x02) !== 0;
}

function readDnsNames(names: DerReader): string[] {
  const found: string[] = [];
  while (names.hasMore()) {
    if (names.next().tag === dnsName) found.push(names.content().toString('latin1'));
  }
  return found;
}

/** Points for only some reasons, or of another issuer than the certificate's, are passed over. */
function readPoints(points: DerReader): string[] {
  const found: string[] = [];
  while (points.hasMore()) {
    const point = points.read(tags.sequence).inside();
    const uris = point.readIf(0xa0) ? readPointName(point.inside()) : [];
    if (!point.hasMore()) found.push(...uris);
  }
  return found;
}
