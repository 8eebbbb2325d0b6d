import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { licenceFaults, type LicenceRules, LockFile } from './licence-faults.ts';

/** Of packages that give a link instead of a name; each was looked at. */
const linked = { licence: 'MIT', why: 'its package.json names MIT in the old form' };
const rules: LicenceRules = {
  allowed: ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'Unlicense'],
  // Their authors ask for changes of their own files, or for their name; what is built with them asks for nothing.
  allowedForTools: ['MPL-2.0', 'Python-2.0', 'CC-BY-4.0'],
  known: { buildcheck: linked, 'cpu-features': linked, ssh2: linked },
};

const lockFile = new URL('../../../package-lock.json', import.meta.url);

test('every package that is installed may be used for what it is used for', () => {
  const lock = LockFile.parse(JSON.parse(readFileSync(lockFile, 'utf8')));
  expect(Object.keys(lock.packages).length).toBeGreaterThan(500);
  expect(licenceFaults(lock, rules)).toEqual([]);
});

const packagesOf = (packages: unknown) => LockFile.parse({ packages });

test.for([
  { what: 'a licence that is not allowed', of: { license: 'GPL-3.0' }, said: 'x@1.0.0: GPL-3.0' },
  { what: 'no licence', of: {}, said: 'x@1.0.0: no licence' },
  { what: 'what tools alone may have', of: { license: 'MPL-2.0' }, said: 'x@1.0.0: MPL-2.0' },
  {
    what: 'two licences at once',
    of: { license: '(MIT AND GPL-3.0)' },
    said: 'x@1.0.0: (MIT AND GPL-3.0)',
  },
  {
    what: 'of a tool what no tool may have',
    of: { license: 'AGPL-3.0', dev: true },
    said: 'x@1.0.0 (a tool): AGPL-3.0',
  },
])('$what is named', ({ of, said }) => {
  const lock = packagesOf({ 'node_modules/a/node_modules/x': { version: '1.0.0', ...of } });
  expect(licenceFaults(lock, { ...rules, known: {} })).toEqual([said]);
});

test.for([
  { license: 'MIT' },
  { license: '(GPL-3.0 OR MIT)' },
  { license: 'MPL-2.0', dev: true },
  { link: true },
])('%o may be used', (of) => {
  expect(licenceFaults(packagesOf({ 'node_modules/x': of }), { ...rules, known: {} })).toEqual([]);
});

test('a binary has the licence of the package that chooses it, and an exception is needed or named', () => {
  const lock = packagesOf({
    '': { license: 'Nobody-1.0' },
    'node_modules/oxlint': { license: 'MIT' },
    'node_modules/@oxlint/linux': {},
    'node_modules/@other/linux': { version: '2.0.0' },
  });
  expect(licenceFaults(lock, { ...rules, known: { gone: linked } })).toEqual([
    '@other/linux@2.0.0: no licence',
    'gone: an exception that nothing needs',
  ]);
});
