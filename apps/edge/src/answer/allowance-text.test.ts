import { type ThrottleAnswer, throttleScopes } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { allowanceDetail, allowanceText } from './allowance-text.ts';

const refused = {
  admission: 'refuse',
  rule: 'bulk-2',
  scope: 'consumer',
  limit: 1_000,
  remaining: 0,
  resetSeconds: 2,
  version: '7',
  counters: 'shared',
  windowSeconds: 2,
  retryAfterSeconds: 1,
} as const satisfies ThrottleAnswer;

test.for([
  { of: {}, text: 'limit bulk-2 of 1000 in 2 s, of which you have used 1000; repeat after 1 s' },
  {
    of: { scope: 'consumer-interaction', remaining: 3 } as const,
    text: 'limit bulk-2 of 1000 in 2 s, of which you have used 997; repeat after 1 s',
  },
  {
    of: { scope: 'provider' } as const,
    text: 'limit bulk-2 of 1000 in 2 s, which all consumers share; repeat after 1 s',
  },
  {
    of: { scope: 'provider-share' } as const,
    text: 'limit bulk-2 of 1000 in 2 s, your share while the provider has little room left, which you have had; repeat after 1 s',
  },
  {
    of: { scope: 'provider-in-flight', windowSeconds: null, limit: 64, retryAfterSeconds: 3 } as const,
    text: 'limit bulk-2 of 64 at once, which all consumers share; repeat after 3 s',
  },
])('$text', ({ of, text }) => {
  expect(allowanceText({ ...refused, ...of })).toBe(text);
});

test.for([
  { of: {}, text: '1000 in 2 s; room again after 1 s' },
  { of: { windowSeconds: null, limit: 64 }, text: '64 at once; room again after 1 s' },
])('the audit keeps: $text', ({ of, text }) => {
  expect(allowanceDetail({ ...refused, ...of })).toBe(text);
});

test('use is told of the limits of one consumer alone', () => {
  const told = throttleScopes.filter((scope) => allowanceText({ ...refused, scope }).includes('used'));
  expect(told).toEqual(['consumer', 'consumer-interaction', 'consumer-provider']);
});
