import * as fc from 'fast-check';
import { BerReader, BerWriter, SearchEntry } from 'ldapts';
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

test.for([
  { what: 'a length of one byte written as two', bytes: [0x64, 0x81, 0x04, 0x04, 0x00, 0x30, 0x00] },
  {
    what: 'a length of one byte written as five',
    bytes: [0x64, 0x84, 0, 0, 0, 0x04, 0x04, 0x00, 0x30, 0x00],
  },
])('$what is a length all the same', ({ bytes }) => {
  expect(read(Buffer.from(bytes))).toEqual({ dn: '' });
});

test.for([
  { what: 'without a name', bytes: [0x64, 0x00] },
  { what: 'without a list of attributes', bytes: [0x64, 0x02, 0x04, 0x00] },
  { what: 'whose name is longer than itself', bytes: [0x64, 0x04, 0x04, 0x7f, 0x30, 0x00] },
  {
    what: 'whose attribute ends after the list',
    bytes: [0x64, 0x06, 0x04, 0x00, 0x30, 0x02, 0x30, 0x05, 0, 0, 0, 0, 0],
  },
  {
    what: 'whose value ends after the values',
    bytes: [
      0x64, 0x0d, 0x04, 0, 0x30, 0x09, 0x30, 0x07, 0x04, 0x01, 0x6f, 0x31, 0x02, 0x04, 0x05, 0, 0, 0, 0, 0,
    ],
  },
])('an entry $what is malformed', ({ bytes }) => {
  expect(() => read(Buffer.from(bytes))).toThrow('an LDAP message is malformed');
});

test('elements within elements, thousands deep, are read no deeper than an entry is', () => {
  let deep = Buffer.alloc(0);
  for (let depth = 0; depth < 5_000; depth += 1) {
    deep = Buffer.concat([Buffer.of(0x30, 0x83, deep.length >> 16, deep.length >> 8, deep.length), deep]);
  }
  expect(read(encoded('o=nhs', [['o', [deep]]]))?.dn).toBe('o=nhs');
  expect(outcomeOf(Buffer.concat([Buffer.of(0x64), deep.subarray(1)]))).toMatch(/LDAP message|^\{/);
});

const anyAttributes = fc.uniqueArray(
  fc.tuple(fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}$/), fc.array(fc.string({ unit: 'grapheme' }))),
  { selector: ([type]) => type.toLowerCase(), maxLength: 8 },
);

test('any entry is read as the library reads it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), anyAttributes, (dn, attributes) => {
      fc.pre(attributes.every(([type]) => type !== 'dn'));
      const bytes = encoded(dn, attributes);
      const reader = new BerReader(bytes);
      reader.readSequence(0x64);
      const theirs = new SearchEntry({ messageId: 1 });
      theirs.parseMessage(reader);
      const entry = Object.fromEntries(theirs.attributes.map(({ type, values }) => [type, values]));
      expect(read(bytes)).toEqual({ dn: theirs.name, ...entry });
    }),
  );
});

test('whatever bytes come, they are read, awaited or refused, and nothing else', () => {
  const mutated = fc
    .tuple(anyAttributes, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }))
    .map(([attributes, changes]) => {
      const bytes = encoded('o=nhs', attributes);
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      return bytes;
    });
  const any = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.oneof(mutated, any), (bytes) => {
      expect(outcomeOf(bytes)).toMatch(/^(null|\{.*\}|Error: .*LDAP message.*)$/s);
    }),
    { numRuns: 500 },
  );
});
