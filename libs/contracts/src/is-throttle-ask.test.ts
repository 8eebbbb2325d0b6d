import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { askVariants, exchange } from '../test/ask-variants.ts';
import { isThrottleAsk } from './is-throttle-ask.ts';
import { supplierLengthMax, ThrottleAsk } from './throttle.ts';

const ask = {
  ...exchange,
  supplier: 'YGM01',
  traceId: '09a01679-2564-0fb4-5129-aecc81ea2706',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};

const variants = () =>
  askVariants(ask, [
    'YGM01',
    ' ',
    's'.repeat(supplierLengthMax),
    's'.repeat(supplierLengthMax + 1),
    '😀'.repeat(supplierLengthMax / 2),
  ]);

describe('what is said to be an ask', () => {
  test('is one by the schema, which changes nothing of it', () => {
    const harmed: unknown[] = [];
    let passed = 0;
    for (const value of variants()) {
      if (!isThrottleAsk(value)) continue;
      passed += 1;
      const { data } = ThrottleAsk.safeParse(value);
      const { more: _more, ...members } = { more: 0, ...value };
      if (!isDeepStrictEqual(members, data)) harmed.push(value);
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

  test('is one without the ids of its exchange, as older edges ask', () => {
    const { traceId: _traceId, traceparent: _traceparent, ...without } = ask;
    expect([isThrottleAsk(without), ThrottleAsk.parse(without)]).toEqual([true, without]);
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
