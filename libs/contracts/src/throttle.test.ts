import { expect, test } from 'vitest';
import { ThrottleAsk } from './throttle.ts';

test('an ask of throttle has no place for a target, a trace or a claim, so that it can keep none', () => {
  const ask = { from: '200000000359', to: '918999198738', interactionId: 'urn:nhs:names:services:x' };
  expect(ThrottleAsk.parse({ ...ask, traceId: 'a', target: 'b', claims: {} })).toEqual({
    ...ask,
    supplier: null,
  });
});
