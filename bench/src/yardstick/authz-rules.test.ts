import { expect, test } from 'vitest';
import { createDecision } from './authz-rules.ts';

const mayPass = createDecision({
  commonName: 'consumer.example',
  from: '200',
  to: '918',
  interactionId: 'urn:search',
  endpoint: 'https://provider.example/fhir',
});
const sound = {
  'ssp-from': '200',
  'ssp-to': '918',
  'ssp-interactionid': 'urn:search',
  'x-client-dn': 'CN=consumer.example,O=Sample',
  'x-original-uri': '/https://provider.example/fhir/Slot?status=free',
};

test('the exchange of the rule may pass', () => {
  expect(mayPass(sound)).toBe(true);
});

test.for([
  { 'ssp-from': '201' },
  { 'ssp-to': '919' },
  { 'ssp-interactionid': 'urn:read' },
  { 'x-client-dn': 'CN=stranger.example' },
  { 'x-original-uri': '/https://elsewhere.example/fhir/Slot' },
])('with %o it may not', (other) => {
  expect(mayPass({ ...sound, ...other })).toBe(false);
});
