import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readInteractionsFile } from './interactions-file.ts';

const id = 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1';

const read = (text: string) => {
  using directory = mkdtempDisposableSync(join(tmpdir(), 'interactions-'));
  const file = join(directory.path, 'interactions.json');
  writeFileSync(file, text);
  return readInteractionsFile(file);
};

test('without a file nothing is said', () => {
  expect(readInteractionsFile(undefined)).toEqual({ default: {}, interactions: {} });
});

test('every field is read', () => {
  const rules = {
    methodGuard: true,
    token: 'full',
    audiences: ['https://authorize.fhir.nhs.net/token'],
    timeouts: { connectMs: 1, firstByteMs: 2, idleMs: 3, totalMs: 4 },
  };
  const file = {
    default: rules,
    interactions: { [id]: { ...rules, methods: ['GET'], scopes: ['organization/*.read'] } },
  };
  expect(read(JSON.stringify(file))).toEqual(file);
});

test.for([
  { text: '', place: 'cannot be read as JSON' },
  { text: '{', place: 'cannot be read as JSON' },
  { text: '[]', place: 'the whole:' },
  { text: '{"defaults":{}}', place: 'Unrecognized key: "defaults"' },
  { text: '{"default":{"token":"strict"}}', place: 'default.token:' },
  { text: '{"default":{"methods":["GET"]}}', place: 'default: Unrecognized key: "methods"' },
  { text: '{"default":{"timeouts":{"totalMs":0}}}', place: 'default.timeouts.totalMs:' },
  { text: '{"default":{"timeouts":{"totalMs":2147483648}}}', place: 'default.timeouts.totalMs:' },
  { text: '{"default":{"timeouts":{"totalSeconds":1}}}', place: 'Unrecognized key: "totalSeconds"' },
  { text: '{"interactions":{"metadata":{}}}', place: 'interactions.metadata:' },
  { text: `{"interactions":{"${id}":{"methods":["HEAD"]}}}`, place: `interactions.${id}.methods.0:` },
  { text: `{"interactions":{"${id}":{"methods":[]}}}`, place: `interactions.${id}.methods:` },
  { text: `{"interactions":{"${id}":{"scopes":["all"]}}}`, place: `interactions.${id}.scopes.0:` },
])('$text is refused, and the fault names its place: $place', ({ text, place }) => {
  expect(() => read(text)).toThrow(place);
  expect(() => read(text)).toThrow(/^EDGE_INTERACTIONS_FILE .*interactions\.json /);
});

test('a file that is not there is refused', () => {
  expect(() => readInteractionsFile('/nowhere/interactions.json')).toThrow('cannot be read as JSON');
});
