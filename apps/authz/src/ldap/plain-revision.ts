import { hashOf } from '../hash-bytes.ts';
import { type BerElement, elementWithin } from './ber-element.ts';

/** Where a listing's entry has its name, and its only attribute's only value, in bytes. */
export type PlainRevision = { readonly nameHash: number; readonly revisionHash: number };

const nameBytesMax = 500;
const sequence = Buffer.from('entrycsn');

/**
 * Hashes the name and the sequence number of an entry without making texts of them; null for an entry whose name is long or has more than
 * printable ASCII, or that has anything but one value of `entryCSN`, which is to be read as a whole.
 * @throws Error for one that is malformed
 */
export function plainRevision(bytes: Buffer, { start, end }: BerElement): PlainRevision | null {
  const name = elementWithin(bytes, start, end);
  if (name.end - name.start > nameBytesMax || !isPrintable(bytes, name)) return null;
  const list = elementWithin(bytes, name.end, end);
  if (list.start === list.end) return null;
  const attribute = elementWithin(bytes, list.start, list.end);
  if (attribute.end !== list.end) return null;
  const type = elementWithin(bytes, attribute.start, attribute.end);
  if (!isSequence(bytes, type)) return null;
  const values = elementWithin(bytes, type.end, attribute.end);
  if (values.start === values.end) return null;
  const value = elementWithin(bytes, values.start, values.end);
  if (value.end !== values.end || !isPrintable(bytes, value)) return null;
  return {
    nameHash: hashOf(bytes, name.start, name.end),
    revisionHash: hashOf(bytes, value.start, value.end),
  };
}

function isPrintable(bytes: Buffer, { start, end }: BerElement): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}

function isSequence(bytes: Buffer, { start, end }: BerElement): boolean {
  if (end - start !== sequence.length) return false;
  for (let at = 0; at < sequence.length; at += 1) {
    if (((bytes[start + at] ?? 0) | 0x20) !== sequence[at]) return false;
  }
  return true;
}
