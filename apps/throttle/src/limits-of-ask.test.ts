import { expect, test } from 'vitest';
import { limitsOfAsk } from './limits-of-ask.ts';
import { Limits } from './limits.ts';

const metadata = 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1';
const ask = { from: '200000000359', to: '918999198738', interactionId: metadata, supplier: null };

test('every key of an ask carries the same hash tag', () => {
  const limits = Limits.parse({
    interactions: [{ interactionId: metadata, limit: { perSecond: 1, burst: 1 } }],
  });
  expect(limitsOfAsk(limits, 'ssp')(ask).map(({ scope, key }) => ({ scope, key }))).toEqual([
    { scope: 'consumer', key: '{ssp}:throttle:consumer:200000000359' },
    { scope: 'consumer', key: `{ssp}:throttle:consumer:200000000359:${metadata}` },
    { scope: 'provider', key: '{ssp}:throttle:provider:918999198738' },
    { scope: 'global', key: '{ssp}:throttle:global' },
  ]);
});
