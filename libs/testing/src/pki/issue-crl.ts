import {
  AuthorityKeyIdentifierExtension,
  Extension,
  PemConverter,
  X509CrlGenerator,
  X509CrlReason,
} from './x509.ts';
import type { Authority } from './authority.ts';
import { signingAlgorithm } from './keys.ts';

/** What a revocation list should say. */
export interface CrlRequest {
  /** Serial numbers in hexadecimal. */
  readonly revoked: readonly string[];
  readonly thisUpdate: Date;
  /** Left out of a list that does not say when it ends. */
  readonly nextUpdate?: Date;
  /** Must grow from list to list (RFC 5280 section 5.2.3); left out of a list that is not numbered. */
  readonly crlNumber?: number;
  /** Further extensions, above all those that a reader must refuse. */
  readonly extensions?: readonly CrlExtension[];
}

/** An extension as it is written: `value` is DER. */
export interface CrlExtension {
  readonly oid: string;
  readonly isCritical: boolean;
  readonly value: Uint8Array<ArrayBuffer>;
}

/** Issues a complete revocation list of an authority, PEM. */
export async function issueCrl(authority: Authority, request: CrlRequest): Promise<string> {
  const crl = await X509CrlGenerator.create({
    issuer: authority.certificate.subjectName,
    thisUpdate: request.thisUpdate,
    ...(request.nextUpdate !== undefined && { nextUpdate: request.nextUpdate }),
    signingKey: authority.privateKey,
    signingAlgorithm,
    entries: request.revoked.map((serialNumber) => ({
      serialNumber,
      revocationDate: request.thisUpdate,
      reason: X509CrlReason.cessationOfOperation,
    })),
    extensions: [
      await AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
      ...(request.crlNumber === undefined
        ? []
        : [new Extension('2.5.29.20', false, derInteger(request.crlNumber))]),
      ...(request.extensions ?? []).map(
        ({ oid, isCritical, value }) => new Extension(oid, isCritical, value),
      ),
    ],
  });
  // OpenSSL reads no other label than this one, and the library writes another.
  return `${PemConverter.encode(crl.rawData, 'X509 CRL')}\n`;
}

/** Encodes a non-negative integer; the leading zero octet keeps it positive. */
function derInteger(value: number): Uint8Array<ArrayBuffer> {
  const hex = value.toString(16);
  const octets = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return derElement(0x02, octets.readUInt8(0) >= 0x80 ? Buffer.from([0]) : Buffer.of(), octets);
}

/** Encodes an element of DER from its tag and the parts of its content, together at most 255 octets. */
export function derElement(tag: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const content = Buffer.concat(parts);
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length];
  return new Uint8Array([tag, ...length, ...content]);
}
