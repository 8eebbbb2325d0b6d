import { BerWriter } from 'ldapts';
import { expect, test } from 'vitest';
import { elementAt } from './ber-element.ts';
import { readSearchEntry } from './read-search-entry.ts';

type Attributes = readonly (readonly [type: string, values: readonly (string | Buffer)[]])[];

function encoded(name: string, attributes: Attributes): Buffer {
  const writer = new BerWriter();
  writer.startSequence(0x64);
  writer.writeString(name);
  writer.startSequence();
  for (const [type, values] of attributes) {
    writer.startSequence();
    writer.writeString(type);
    writer.startSequence(0x31);
    for (const value of values) writer.writeBuffer(Buffer.from(value), 0x04);
    writer.endSequence();
    writer.endSequence();
  }
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}

function read(bytes: Buffer) {
  const element = elementAt(bytes, 0);
  return element === null ? null : readSearchEntry(bytes, element);
}

const long = 'x'.repeat(70_000);

test.for([
  { shape: 'no attributes', attributes: [], values: {} },
  { shape: 'one value', attributes: [['o', ['a']]], values: { o: ['a'] } },
  {
    shape: 'many values, in their order',
    attributes: [
      ['nhsAsSvcIA', ['b', 'a', 'b']],
      ['o', ['c']],
    ],
    values: { nhsAsSvcIA: ['b', 'a', 'b'], o: ['c'] },
  },
  { shape: 'an attribute without values', attributes: [['o', []]], values: { o: [] } },
  { shape: 'an empty value', attributes: [['o', ['']]], values: { o: [''] } },
  { shape: 'letters beyond ASCII', attributes: [['o', ['Ysbyty Môn']]], values: { o: ['Ysbyty Môn'] } },
  { shape: 'bytes that are not UTF-8', attributes: [['o', [Buffer.of(0xff)]]], values: { o: ['\ufffd'] } },
  { shape: 'a value longer than 64 KiB', attributes: [['o', [long]]], values: { o: [long] } },
] satisfies { shape: string; attributes: Attributes; values: object }[])(
  'an entry with $shape is read',
  ({ attributes, values }) => {
    const dn = 'uniqueIdentifier=1,ou=Môn,o=nhs';
    expect(read(encoded(dn, attributes))).toEqual({ dn, ...values });
  },
);

test('of a message that is not there as a whole nothing is read, wherever it is cut', () => {
  const bytes = encoded('o=nhs', [['o', ['x'.repeat(200)]]]);
  for (let length = 0; length < bytes.length; length += 1) expect(read(bytes.subarray(0, length))).toBeNull();
  expect(read(bytes)).not.toBeNull();
});

test('bytes that claim more than surrounds them are malformed, and never read beyond it', () => {
  const bytes = encoded('o=nhs', [['o', ['abc']]]);
  for (let at = 2; at < bytes.length; at += 1) {
    const broken = Buffer.from(bytes);
    broken[at] = 0x84;
    // A byte of a text may be any; one of the structure may not.
    expect(outcomeOf(Buffer.concat([broken, Buffer.alloc(64, 0x7f)]))).toMatch(/LDAP message|^[^\u007f]*$/);
  }
});

function outcomeOf(bytes: Buffer): string {
  try {
    return JSON.stringify(read(bytes));
  } catch (error) {
    return String(error);
  }
}

test.for([
  { what: 'an indefinite length', bytes: [0x30, 0x80, 0, 0] },
  { what: 'a length of five bytes', bytes: [0x30, 0x85, 0, 0, 0, 0, 1, 0] },
  { what: 'a length beyond all reason', bytes: [0x30, 0x84, 0xff, 0xff, 0xff, 0xff] },
])('$what is refused', ({ bytes }) => {
  expect(() => elementAt(Buffer.from(bytes), 0)).toThrow(/LDAP message/);
});
