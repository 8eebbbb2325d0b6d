import {
  AuthorityKeyIdentifierExtension,
  Extension,
  PemConverter,
  X509CrlGenerator,
  X509CrlReason,
} from './x509.ts';
import { type Authority } from './authority.ts';
import { signingAlgorithm } from './keys.ts';

/** What a revocation list should say. */
export interface CrlRequest {
  /** Serial numbers in hexadecimal. */
  readonly revoked: readonly string[];
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** Must grow from list to list (RFC 5280 section 5.2.3). */
  readonly crlNumber: number;
}

/** Issues a complete revocation list of an authority, PEM. */
export async function issueCrl(authority: Authority, request: CrlRequest): Promise<string> {
  const crl = await X509CrlGenerator.create({
    issuer: authority.certificate.subjectName,
    thisUpdate: request.thisUpdate,
    nextUpdate: request.nextUpdate,
    signingKey: authority.privateKey,
    signingAlgorithm,
    entries: request.revoked.map((serialNumber) => ({
      serialNumber,
      revocationDate: request.thisUpdate,
      reason: X509CrlReason.cessationOfOperation,
    })),
    extensions: [
      await AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
      new Extension('2.5.29.20', false, derInteger(request.crlNumber)),
    ],
  });
  // OpenSSL reads no other label than this one, and the library writes another.
  return `${PemConverter.encode(crl.rawData, 'X509 CRL')}\n`;
}

/** Encodes a non-negative integer; the leading zero octet keeps it positive. */
function derInteger(value: number): Uint8Array<ArrayBuffer> {
  const hex = value.toString(16);
  const octets = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const content = octets.readUInt8(0) >= 0x80 ? Buffer.concat([Buffer.from([0]), octets]) : octets;
  return new Uint8Array([0x02, content.length, ...content]);
}
