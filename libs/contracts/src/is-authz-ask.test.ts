import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { AuthzAsk, certificateNamesMax } from './authz.ts';
import { isAuthzAsk } from './is-authz-ask.ts';

const asid = '200000000359';
const interaction = 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1';
const ask = {
  certificateNames: ['h.nhs.uk'],
  from: asid,
  to: '918999198738',
  interactionId: interaction,
  targetHost: 'h.nhs.uk',
  targetPath: '/a',
  network: 'private',
};
const names = (count: number) => Array.from({ length: count }, (_, nth) => `n${nth}`);

/** What may stand in any place of an ask: fit for one of them, or for none. */
const values: readonly unknown[] = [
  ask.certificateNames,
  [],
  [''],
  ['a', 1],
  [null],
  [['a']],
  names(certificateNamesMax),
  names(certificateNamesMax + 1),
  { 0: 'a', length: 1 },
  asid,
  `${asid}\n`,
  ` ${asid}`,
  asid.slice(1),
  `${asid}0`,
  '20000000035x',
  '٢٠٠٠٠٠٠٠٠٣٥٩',
  Number(asid),
  [asid],
  interaction,
  `${interaction}\n`,
  interaction.toUpperCase(),
  'urn:nhs:names:services:',
  `urn:nhs:names:services:${'x'.repeat(232)}`,
  `urn:nhs:names:services:${'x'.repeat(233)}`,
  'urn:nhs:names:services:a b',
  'h.nhs.uk',
  '',
  '\ud800',
  'private',
  'internet',
  'Private',
  'public',
  null,
  undefined,
  true,
  0,
  {},
  { toString: 'private' },
];

/** Every ask of which up to two members are of these values, as they come out of JSON. */
function* variants(): Generator {
  const fields = Object.keys(ask);
  for (const first of fields) {
    for (const value of values) {
      const changed = { ...ask, [first]: value };
      yield read(changed);
      yield read({ ...changed, more: value });
      for (const second of fields) {
        for (const other of [value, ...values.slice(-8)]) yield read({ ...changed, [second]: other });
      }
    }
  }
}

const read = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('what is said to be an ask', () => {
  test('is one by the schema, which changes nothing of it', () => {
    const harmed: unknown[] = [];
    let passed = 0;
    for (const value of variants()) {
      if (!isAuthzAsk(value)) continue;
      passed += 1;
      const { data } = AuthzAsk.safeParse(value);
      const { certificateNames, from, to, interactionId, targetHost, targetPath, network } = value;
      const members = { certificateNames, from, to, interactionId, targetHost, targetPath, network };
      if (!isDeepStrictEqual(members, data)) harmed.push(value);
    }
    expect(harmed).toEqual([]);
    expect(passed).toBeGreaterThan(100);
  });

  test('is all that the schema takes and that says its network', () => {
    const missed: unknown[] = [];
    for (const value of variants()) {
      const says = typeof value === 'object' && value !== null && 'network' in value;
      if (says && AuthzAsk.safeParse(value).success && !isAuthzAsk(value)) missed.push(value);
    }
    expect(missed).toEqual([]);
  });

  test.for([null, undefined, 'ask', 7, true, [], [ask], {}])('is never %j', (value) => {
    expect(isAuthzAsk(value)).toBe(false);
  });

  test('may have members that the schema does not know', () => {
    expect(isAuthzAsk({ ...ask, more: 1 })).toBe(true);
  });

  test('names its network, for which the schema alone has the default', () => {
    const { network: _network, ...without } = ask;
    expect(isAuthzAsk(without)).toBe(false);
    expect(AuthzAsk.parse(without)).toEqual(ask);
  });
});
