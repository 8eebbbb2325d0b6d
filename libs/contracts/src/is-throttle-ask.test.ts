import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { isThrottleAsk } from './is-throttle-ask.ts';
import { supplierLengthMax, ThrottleAsk } from './throttle.ts';

const asid = '200000000359';
const interaction = 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1';
const ask = { from: asid, to: '918999198738', interactionId: interaction, supplier: 'YGM01' };

/** What may stand in any place of an ask: fit for one of them, or for none. */
const values: readonly unknown[] = [
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
  'YGM01',
  '',
  ' ',
  's'.repeat(supplierLengthMax),
  's'.repeat(supplierLengthMax + 1),
  '😀'.repeat(supplierLengthMax / 2),
  '\ud800',
  null,
  undefined,
  true,
  0,
  {},
  { toString: 'YGM01' },
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
        for (const other of values) yield read({ ...changed, [second]: other });
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
      if (!isThrottleAsk(value)) continue;
      passed += 1;
      const { data } = ThrottleAsk.safeParse(value);
      const { from, to, interactionId, supplier } = value;
      if (!isDeepStrictEqual({ from, to, interactionId, supplier }, data)) harmed.push(value);
    }
    expect(harmed).toEqual([]);
    expect(passed).toBeGreaterThan(50);
  });

  test('is all that the schema takes and that says its supplier', () => {
    const missed: unknown[] = [];
    for (const value of variants()) {
      const says = typeof value === 'object' && value !== null && 'supplier' in value;
      if (says && ThrottleAsk.safeParse(value).success && !isThrottleAsk(value)) missed.push(value);
    }
    expect(missed).toEqual([]);
  });

  test.for([null, undefined, 'ask', 7, true, [], [ask], {}])('is never %j', (value) => {
    expect(isThrottleAsk(value)).toBe(false);
  });

  test('is left to the schema where a supplier is short only in whole characters', () => {
    const supplier = '😀'.repeat(supplierLengthMax);
    expect(isThrottleAsk({ ...ask, supplier })).toBe(false);
    expect(ThrottleAsk.safeParse({ ...ask, supplier }).success).toBe(true);
  });

  test('names its supplier, or null, for which the schema alone has the default', () => {
    const { supplier: _supplier, ...without } = ask;
    expect(isThrottleAsk(without)).toBe(false);
    expect(isThrottleAsk({ ...without, supplier: null })).toBe(true);
    expect(ThrottleAsk.parse(without)).toEqual({ ...without, supplier: null });
  });
});
