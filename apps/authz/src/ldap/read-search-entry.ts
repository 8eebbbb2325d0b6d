import { type LdapEntry } from '../read-entry.ts';
import { type BerElement, elementWithin } from './ber-element.ts';

/**
 * Reads the contents of a search result entry (RFC 4511 section 4.5.2): its name, and the texts of each attribute. Bytes that are not UTF-8
 * become U+FFFD. A quarter of a million are read in a load, so nothing is made that is not kept.
 * @throws Error for one that is malformed
 */
export function readSearchEntry(bytes: Buffer, { start, end }: BerElement): LdapEntry {
  const name = elementWithin(bytes, start, end);
  const list = elementWithin(bytes, name.end, end);
  const entry: { dn: string; [attribute: string]: string | readonly string[] } = {
    dn: bytes.toString('utf8', name.start, name.end),
  };
  for (let at = list.start; at < list.end;) {
    const attribute = elementWithin(bytes, at, list.end);
    const type = elementWithin(bytes, attribute.start, attribute.end);
    const values = elementWithin(bytes, type.end, attribute.end);
    const texts: string[] = [];
    for (let valueAt = values.start; valueAt < values.end;) {
      const value = elementWithin(bytes, valueAt, values.end);
      texts.push(bytes.toString('utf8', value.start, value.end));
      valueAt = value.end;
    }
    entry[bytes.toString('latin1', type.start, type.end)] = texts;
    at = attribute.end;
  }
  return entry;
}
