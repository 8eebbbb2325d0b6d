import { expect, test } from 'vitest';
import { dstu2Claims, gpConnectClaims, rootUrl, spineCoreClaims } from '../test/tokens.ts';
import { tokenPartyFault } from './token-party-fault.ts';

const facts = { endpoint: rootUrl, senderOds: 'R1A14' };

test.for([
  { aud: rootUrl, endpoint: rootUrl, fault: null },
  { aud: `${rootUrl}/`, endpoint: rootUrl, fault: null },
  { aud: rootUrl, endpoint: `${rootUrl}/`, fault: null },
  { aud: `${rootUrl}/search`, endpoint: rootUrl, fault: null },
  { aud: rootUrl.replace('pcs.', 'PCS.'), endpoint: rootUrl, fault: null },
  { aud: ['https://elsewhere.nhs.uk', rootUrl], endpoint: rootUrl, fault: null },
  { aud: `${rootUrl}0`, endpoint: rootUrl, fault: 'audience-mismatch' },
  { aud: rootUrl.slice(0, -2), endpoint: rootUrl, fault: 'audience-mismatch' },
  { aud: rootUrl.replace('T99999', 't99999'), endpoint: rootUrl, fault: 'audience-mismatch' },
  { aud: rootUrl.replace('https', 'http'), endpoint: rootUrl, fault: 'audience-mismatch' },
  { aud: `${rootUrl}/../x`, endpoint: rootUrl, fault: 'audience-mismatch' },
  { aud: 'https://authorize.fhir.nhs.net/token', endpoint: rootUrl, fault: 'audience-mismatch' },
  { aud: 'T99999', endpoint: rootUrl, fault: 'audience-mismatch' },
  { aud: ['https://elsewhere.nhs.uk'], endpoint: rootUrl, fault: 'audience-mismatch' },
])('a token for $aud, sent to $endpoint: $fault', ({ aud, endpoint, fault }) => {
  expect(tokenPartyFault({ ...gpConnectClaims, aud }, { ...facts, endpoint }, [])).toBe(fault);
});

test('an audience that the interaction allows is taken to the letter', () => {
  const fixed = ['https://authorize.fhir.nhs.net/token'];
  expect(tokenPartyFault(dstu2Claims, facts, fixed)).toBeNull();
  const other = { ...dstu2Claims, aud: `${fixed[0]}/` };
  expect(tokenPartyFault(other, facts, fixed)).toBe('audience-mismatch');
});

test.for([
  { form: 'GP Connect STU3', claims: gpConnectClaims },
  { form: 'GP Connect DSTU2', claims: { ...dstu2Claims, aud: rootUrl } },
  { form: 'Spine Core', claims: spineCoreClaims },
])('the organisation of a $form token is that of the sender, or refused', ({ claims }) => {
  expect(tokenPartyFault(claims, facts, [])).toBeNull();
  expect(tokenPartyFault(claims, { ...facts, senderOds: 'r1a14' }, [])).toBeNull();
  expect(tokenPartyFault(claims, { ...facts, senderOds: 'R1A15' }, [])).toBe('organisation-mismatch');
  expect(tokenPartyFault(claims, { ...facts, senderOds: null }, [])).toBe('organisation-mismatch');
});
