/** One element of BER: its tag, and where its contents are in the bytes around it. */
export type BerElement = { readonly tag: number; readonly start: number; readonly end: number };

// No message of a directory is as long; a length beyond it is a sign of bytes that are no LDAP.
const contentBytesMax = 64 * 1_024 * 1_024;

/**
 * The element that begins at `at`; null where not all of it is there yet.
 * @throws Error for a length that LDAP does not have (RFC 4511 section 5.1)
 */
export function elementAt(bytes: Buffer, at: number): BerElement | null {
  if (bytes.length < at + 2) return null;
  const tag = bytes.readUInt8(at);
  const first = bytes.readUInt8(at + 1);
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    const lengthBytes = first & 0x7f;
    if (lengthBytes === 0 || lengthBytes > 4) throw new Error('the length of an LDAP message is malformed');
    start += lengthBytes;
    if (bytes.length < start) return null;
    length = bytes.readUIntBE(at + 2, lengthBytes);
  }
  if (length > contentBytesMax) throw new Error(`an LDAP message claims ${length} bytes`);
  return start + length > bytes.length ? null : { tag, start, end: start + length };
}

/**
 * The element that begins at `at` in a message that is there as a whole, and ends by `end`.
 * @throws Error where there is none
 */
export function elementWithin(bytes: Buffer, at: number, end: number): BerElement {
  const element = at < end ? elementAt(bytes, at) : null;
  if (element === null || element.end > end) throw new Error('an LDAP message is malformed');
  return element;
}
