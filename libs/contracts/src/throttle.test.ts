import { expect, test } from 'vitest';
import { ThrottleAsk } from './throttle.ts';

test('an ask of throttle has no place for a target or a claim, so that it can keep none', () => {
  const ask = { from: '200000000359', to: '918999198738', interactionId: 'urn:nhs:names:services:x' };
  expect(ThrottleAsk.parse({ ...ask, target: 'b', claims: {} })).toEqual({
    ...ask,
    supplier: null,
  });
});

test('the ids of its exchange are ids alone, so that nothing else is logged by them', () => {
  const ask = { from: '200000000359', to: '918999198738', interactionId: 'urn:nhs:names:services:x' };
  expect(ThrottleAsk.safeParse({ ...ask, traceId: 'identifier=9690937278' }).success).toBe(false);
});
