import { expect, test } from 'vitest';
import { DerError, DerReader, oidText, serialKey, timeMs } from './der.ts';

const hex = (octets: string) => Buffer.from(octets.replaceAll(' ', ''), 'hex');

test.for([
  { what: 'nothing', octets: '' },
  { what: 'a tag alone', octets: '02' },
  { what: 'a content that is cut off', octets: '02 02 01' },
  { what: 'a length that is cut off', octets: '02 82 01' },
  { what: 'a length without an end of its own', octets: '30 80 00 00' },
  { what: 'a long length where a short one would do', octets: '02 81 01 01' },
  { what: 'a length with a leading zero', octets: '04 82 00 80' + '00'.repeat(128) },
  { what: 'a length of five octets', octets: '04 85 00 00 00 00 01 00' },
  { what: 'a tag of two octets', octets: '1f 81 01 00' },
])('$what is no DER', ({ octets }) => {
  expect(() => new DerReader(hex(octets)).next()).toThrow(DerError);
});

test('an element is read within its own bounds alone', () => {
  const list = new DerReader(hex('30 03 02 01 07 02 01 08')).read(0x30);
  const inside = list.inside();
  expect(inside.read(0x02).content()).toEqual(hex('07'));
  expect(inside.hasMore()).toBe(false);
  expect(() => inside.next()).toThrow(DerError);
  // Its length says more than the one around it has room for.
  expect(() => new DerReader(hex('30 03 02 02 07 02')).read(0x30).inside().next()).toThrow(DerError);
});

test.for([
  { octets: '55 04 03', text: '2.5.4.3' },
  { octets: '2a 86 48 86 f7 0d 01 01 0b', text: '1.2.840.113549.1.1.11' },
  { octets: '09 92 26 89 93 f2 2c 64 01 19', text: '0.9.2342.19200300.100.1.25' },
])('an object identifier reads $text', ({ octets, text }) => {
  expect(oidText(hex(octets))).toBe(text);
});

test.for([
  { tag: 0x17, text: '260102030405Z', iso: '2026-01-02T03:04:05.000Z' },
  { tag: 0x17, text: '491231235959Z', iso: '2049-12-31T23:59:59.000Z' },
  { tag: 0x17, text: '500101000000Z', iso: '1950-01-01T00:00:00.000Z' },
  { tag: 0x18, text: '20500101000000Z', iso: '2050-01-01T00:00:00.000Z' },
  { tag: 0x17, text: '2601020304Z', iso: null },
  { tag: 0x17, text: '260102030405+0100', iso: null },
  { tag: 0x17, text: '261302030405Z', iso: null },
  { tag: 0x18, text: '20260102030405.5Z', iso: null },
  { tag: 0x13, text: '260102030405Z', iso: null },
])('time $text of tag $tag is $iso', ({ tag, text, iso }) => {
  const reader = new DerReader(Buffer.concat([Buffer.of(tag, text.length), Buffer.from(text)])).next();
  const read = () => new Date(timeMs(reader)).toISOString();
  const outcome = (() => {
    try {
      return read();
    } catch (error) {
      return error instanceof DerError ? null : error;
    }
  })();
  expect(outcome).toBe(iso);
});

test('a serial number is the same with and without the zero that keeps it positive', () => {
  const [long, short] = [hex('00 ff 01'), hex('ff 01')];
  expect(serialKey(long, 0, 3)).toBe(serialKey(short, 0, 2));
  expect(serialKey(hex('00'), 0, 1)).not.toBe('');
});
