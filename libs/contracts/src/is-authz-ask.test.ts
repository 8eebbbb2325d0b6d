import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { askVariants, exchange } from '../test/ask-variants.ts';
import { AuthzAsk, certificateNamesMax } from './authz.ts';
import { isAuthzAsk } from './is-authz-ask.ts';

const ask = {
  certificateNames: ['h.nhs.uk'],
  ...exchange,
  targetHost: 'h.nhs.uk',
  targetPath: '/a',
  network: 'private',
  traceId: '09a01679-2564-0fb4-5129-aecc81ea2706',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};
const names = (count: number) => Array.from({ length: count }, (_, nth) => `n${nth}`);

const variants = () =>
  askVariants(ask, [
    ask.certificateNames,
    [],
    [''],
    ['a', 1],
    [null],
    [['a']],
    names(certificateNamesMax),
    names(certificateNamesMax + 1),
    { 0: 'a', length: 1 },
    'h.nhs.uk',
    'private',
    'internet',
    'Private',
    'public',
  ]);

describe('what is said to be an ask', () => {
  test('is one by the schema, which changes nothing of it', () => {
    const harmed: unknown[] = [];
    let passed = 0;
    for (const value of variants()) {
      if (!isAuthzAsk(value)) continue;
      passed += 1;
      const { data } = AuthzAsk.safeParse(value);
      const { more: _more, ...members } = { more: 0, ...value };
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

  test('is one without the ids of its exchange, as older edges ask', () => {
    const { traceId: _traceId, traceparent: _traceparent, ...without } = ask;
    expect([isAuthzAsk(without), AuthzAsk.parse(without)]).toEqual([true, without]);
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
