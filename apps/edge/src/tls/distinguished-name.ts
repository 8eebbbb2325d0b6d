import { type DerReader, oidText, tags } from './der.ts';

/** One attribute of a distinguished name: a type by its short name or dotted, and its value as text. */
export type NameAttribute = { readonly type: string; readonly value: string };

/** In the order of the certificate; the attributes of one RDN stand together. */
export type DistinguishedName = readonly (readonly NameAttribute[])[];

/** The attribute types that have a short name (RFC 4514 and those which X.509 names use beside them). */
export const attributeTypes: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.42': 'GN',
  '2.5.4.97': 'organizationIdentifier',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

/** Reads the Name that the reader has read last. Throws a DerError. */
export function readName(name: DerReader): DistinguishedName {
  const rdns: NameAttribute[][] = [];
  const sequence = name.inside();
  while (sequence.hasMore()) {
    const rdn: NameAttribute[] = [];
    const set = sequence.read(tags.set).inside();
    while (set.hasMore()) {
      const attribute = set.read(tags.sequence).inside();
      const oid = oidText(attribute.read(tags.oid).content());
      attribute.next();
      rdn.push({ type: attributeTypes[oid] ?? oid, value: text(attribute) });
    }
    rdns.push(rdn);
  }
  return rdns;
}

function text(value: DerReader): string {
  if (value.tag === tags.utf8String) return value.content().toString('utf8');
  if (value.tag === tags.bmpString) return Buffer.from(value.content()).swap16().toString('utf16le');
  return value.content().toString('latin1');
}

/** Every value of one attribute type, in order. */
export function valuesOf(name: DistinguishedName, type: string): readonly string[] {
  return name
    .flat()
    .filter((attribute) => attribute.type === type)
    .map(({ value }) => value);
}

/**
 * Writes a name with the escapes of RFC 4514, in the certificate's own order and not, as there, reversed: `O=nhs,
 * OU=Devices, CN=...` is how this service's certificates are spoken of (spec 4.2).
 */
export function nameText(name: DistinguishedName): string {
  return name.map((rdn) => rdn.map(({ type, value }) => `${type}=${escaped(value)}`).join('+')).join(', ');
}

function escaped(value: string): string {
  return (
    value
      .replace(/["+,;<>\\=]/g, '\\$&')
      // A control character, which no name has for an honest reason, must not reach a log or a page as one.
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u001f\u007f]/g, (char) => `\\${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
      .replace(/^[ #]/, '\\$&')
      .replace(/ $/, '\\ ')
  );
}
