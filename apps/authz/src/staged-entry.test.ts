import { expect, test } from 'vitest';
import { secondAfter } from './load-directory.ts';
import { entryName } from './staged-entry.ts';

test.for([
  {
    name: 'as it is',
    dn: 'uniqueIdentifier=1,ou=Services,o=nhs',
    expected: /^uniqueIdentifier=1,ou=Services,o=nhs$/,
  },
  {
    name: 'without what Postgres cannot store',
    dn: 'cn=a\u0000b,o=nhs',
    expected: /^cn=a\?b,o=nhs… [\da-f]{16}$/,
  },
  {
    name: 'cut off where it is too long',
    dn: `cn=${'a'.repeat(3_000)},o=nhs`,
    expected: /^cn=a{497}… [\da-f]{16}$/,
  },
])('an entry’s name is kept $name', ({ dn, expected }) => {
  expect(entryName(dn)).toMatch(expected);
});

test('names that are cut off alike stay apart', () => {
  expect(entryName(`${'a'.repeat(600)}1`)).not.toBe(entryName(`${'a'.repeat(600)}2`));
});

test.for([
  { modified: '20261122103000Z', expected: '20261122103001Z' },
  { modified: '20261231235959.5Z', expected: '20270101000000Z' },
])('the second after $modified is $expected', ({ modified, expected }) => {
  expect(secondAfter(modified)).toBe(expected);
});
