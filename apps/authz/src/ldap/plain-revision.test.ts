import { BerWriter } from 'ldapts';
import { expect, test } from 'vitest';
import { hashOfText } from '../hash-bytes.ts';
import { elementAt } from './ber-element.ts';
import { plainRevision } from './plain-revision.ts';

const csn = '20261122103059.000001Z#000000#000#000000';

function plain(name: string, attributes: readonly (readonly [type: string, values: readonly string[]])[]) {
  const writer = new BerWriter();
  writer.startSequence(0x64);
  writer.writeString(name);
  writer.startSequence();
  for (const [type, values] of attributes) {
    writer.startSequence();
    writer.writeString(type);
    writer.startSequence(0x31);
    for (const value of values) writer.writeString(value);
    writer.endSequence();
    writer.endSequence();
  }
  writer.endSequence();
  writer.endSequence();
  const element = elementAt(writer.buffer, 0);
  return element === null ? undefined : plainRevision(writer.buffer, element);
}

test.for([{ type: 'entryCSN' }, { type: 'ENTRYCSN' }, { type: 'entrycsn' }])(
  'a name and a sequence number ($type) hash as their texts do',
  ({ type }) => {
    expect(plain('uniqueIdentifier=1,o=nhs', [[type, [csn]]])).toEqual({
      nameHash: hashOfText('uniqueIdentifier=1,o=nhs'),
      revisionHash: hashOfText(csn),
    });
  },
);

const name = 'uniqueIdentifier=1,o=nhs';

test.for([
  { what: 'a name beyond ASCII', name: 'o=Môn', attributes: [['entryCSN', [csn]]] },
  { what: 'a control character in its name', name: 'o=a\tb', attributes: [['entryCSN', [csn]]] },
  { what: 'a name that is cut in the tables', name: 'x'.repeat(501), attributes: [['entryCSN', [csn]]] },
  { what: 'a control character in its revision', name, attributes: [['entryCSN', ['1\n2']]] },
  { what: 'no attribute', name, attributes: [] },
  { what: 'another attribute', name, attributes: [['entryUUI', [csn]]] },
  {
    what: 'a second attribute',
    name,
    attributes: [
      ['entryCSN', [csn]],
      ['modifyTimestamp', ['20261122103059Z']],
    ],
  },
  { what: 'no value', name, attributes: [['entryCSN', []]] },
  { what: 'two values', name, attributes: [['entryCSN', [csn, csn]]] },
] as const)('an entry with $what is left to be read as a whole', ({ name: dn, attributes }) => {
  expect(plain(dn, attributes)).toBeNull();
});
