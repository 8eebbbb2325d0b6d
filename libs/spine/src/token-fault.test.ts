import { describe, expect, test } from 'vitest';
import { bearerOf, dstu2Claims, gpConnectClaims, issuedAtSeconds, spineCoreClaims } from '../test/tokens.ts';
import { readBearerToken } from './claims.ts';
import { type TokenEnforcement, tokenFault } from './token-fault.ts';

const sender = '200000000359';

const rules = (enforcement: TokenEnforcement) =>
  ({ enforcement, scopes: ['patient/*.read'], lifetimeMaxSeconds: 300, skewSeconds: 30 }) as const;

const faultOf = (
  authorization: string | undefined,
  enforcement: TokenEnforcement,
  nowSeconds = issuedAtSeconds + 1,
) => tokenFault(readBearerToken(authorization), rules(enforcement), sender, nowSeconds);

const gp = (changes: object) => ({ ...gpConnectClaims, ...changes });
const core = (changes: object) => ({ ...spineCoreClaims, ...changes });

const levels = ['off', 'structure', 'full'] as const;

describe.for(levels)('enforcement %s', (enforcement) => {
  test.for([
    { what: 'GP Connect STU3', claims: gpConnectClaims },
    { what: 'GP Connect DSTU2', claims: dstu2Claims },
    { what: 'Spine Core', claims: spineCoreClaims },
    {
      what: 'a practitioner with nothing but an id',
      claims: { ...gpConnectClaims, requesting_practitioner: { resourceType: 'Practitioner', id: '10019' } },
    },
    {
      what: 'conf/R beside the scope',
      claims: { ...gpConnectClaims, requested_scope: 'patient/*.read conf/R' },
    },
    {
      what: 'several audiences',
      claims: { ...gpConnectClaims, aud: ['https://a.nhs.uk', 'https://b.nhs.uk'] },
    },
    { what: 'a migration', claims: { ...gpConnectClaims, reason_for_request: 'migration' } },
    { what: 'claims of one’s own', claims: { ...gpConnectClaims, act: { sub: 'x' }, __proto__: null } },
    { what: 'a lifetime of no time', claims: { ...gpConnectClaims, exp: issuedAtSeconds } },
  ])('takes the claims of $what', ({ claims }) => {
    expect(faultOf(bearerOf(claims), enforcement)).toBeNull();
  });

  const none = bearerOf(gpConnectClaims);
  test.for([
    { what: 'RS512 and an empty key', authorization: bearerOf(gpConnectClaims, { alg: 'RS512' }) },
    {
      what: 'HS256 and a signature',
      authorization: `${bearerOf(gpConnectClaims, { alg: 'HS256' })}c2lnbmVk`,
    },
    { what: 'no alg', authorization: bearerOf(gpConnectClaims, {}) },
    { what: 'the last dot forgotten', authorization: none.slice(0, -1) },
    { what: 'another case of the scheme', authorization: none.replace('Bearer', 'bearer') },
    { what: 'padded parts', authorization: none.replace(/\.$/, '=.').replace(/\.$/, '.==') },
  ])('takes the junk of real clients: $what', ({ authorization }) => {
    expect(faultOf(authorization, enforcement)).toBeNull();
  });
});

const hostile = [
  undefined,
  '',
  'Basic dXNlcjpwYXNz',
  'Bearer a.b.c',
  bearerOf([]),
  bearerOf({}),
  `Bearer AAAA.${bearerOf(gpConnectClaims).split('.')[1]}.`,
];

test.for(hostile)('off looks at nothing: %s', (authorization) => {
  expect(faultOf(authorization, 'off')).toBeNull();
});

describe.for(['structure', 'full'] as const)('enforcement %s refuses', (enforcement) => {
  test.for([
    { what: 'no Authorization', authorization: undefined, fault: 'token-missing' },
    { what: 'an empty Authorization', authorization: '', fault: 'token-malformed' },
    { what: 'another scheme', authorization: 'Basic dXNlcjpwYXNz', fault: 'token-malformed' },
    { what: 'two parts of junk', authorization: 'Bearer a.b.', fault: 'token-malformed' },
    { what: 'claims that are a list', authorization: bearerOf([]), fault: 'token-malformed' },
    {
      what: 'a header that is no JSON',
      authorization: `Bearer AAAA.${bearerOf(gpConnectClaims).split('.')[1]}.`,
      fault: 'token-malformed',
    },
    { what: 'no claims at all', authorization: bearerOf({}), fault: 'claim-missing:iss' },
  ])('$what: $fault', ({ authorization, fault }) => {
    expect(faultOf(authorization, enforcement)).toBe(fault);
  });

  test.for(Object.keys(gpConnectClaims))('a GP Connect token without %s', (name) => {
    const { [name]: _, ...rest } = gpConnectClaims;
    expect(faultOf(bearerOf(rest), enforcement)).toBe(`claim-missing:${name}`);
  });

  test.for(Object.keys(spineCoreClaims))('a Spine Core token without %s', (name) => {
    const { [name]: _, ...rest } = spineCoreClaims;
    expect(faultOf(bearerOf(rest), enforcement)).toBe(`claim-missing:${name}`);
  });

  test.for([
    { name: 'iss', value: null, fault: 'claim-missing:iss' },
    { name: 'iss', value: '', fault: 'claim-missing:iss' },
    { name: 'iss', value: 1, fault: 'claim-invalid:iss' },
    { name: 'sub', value: ['1'], fault: 'claim-invalid:sub' },
    { name: 'aud', value: {}, fault: 'claim-invalid:aud' },
    { name: 'aud', value: [], fault: 'claim-invalid:aud' },
    { name: 'aud', value: ['https://a.nhs.uk', 1], fault: 'claim-invalid:aud' },
    { name: 'exp', value: '1469436987', fault: 'claim-invalid:exp' },
    { name: 'exp', value: 1_469_436_987.5, fault: 'claim-invalid:exp' },
    { name: 'iat', value: -1, fault: 'claim-invalid:iat' },
    { name: 'iat', value: issuedAtSeconds * 1_000, fault: 'expires-before-issued' },
    { name: 'iat', value: issuedAtSeconds + 301, fault: 'expires-before-issued' },
    { name: 'iat', value: issuedAtSeconds - 1, fault: 'lifetime-too-long' },
    { name: 'reason_for_request', value: 'curiosity', fault: 'claim-invalid:reason_for_request' },
    { name: 'requested_scope', value: ' ', fault: 'claim-invalid:requested_scope' },
    { name: 'requesting_device', value: 'Device', fault: 'claim-invalid:requesting_device' },
    {
      name: 'requesting_device',
      value: { resourceType: 'Organization' },
      fault: 'claim-invalid:requesting_device',
    },
    {
      name: 'requesting_organization',
      value: { resourceType: 'Organization', identifier: [{ system: 'urn:x', value: 'R1A14' }] },
      fault: 'claim-invalid:requesting_organization',
    },
    {
      name: 'requesting_organization',
      value: 'https://fhir.nhs.uk/Id/ods-organization-code|R1A14',
      fault: 'claim-invalid:requesting_organization',
    },
    {
      name: 'requesting_practitioner',
      value: { resourceType: 'PractitionerRole' },
      fault: 'claim-invalid:requesting_practitioner',
    },
  ])('GP Connect, $name $value: $fault', ({ name, value, fault }) => {
    expect(faultOf(bearerOf({ ...gpConnectClaims, [name]: value }), enforcement)).toBe(fault);
  });

  test.for([
    { name: 'requesting_system', value: sender },
    { name: 'requesting_system', value: 'https://fhir.nhs.uk/Id/accredited-system|1' },
    { name: 'requesting_organization', value: 'R1A14' },
    { name: 'requesting_organization', value: gpConnectClaims['requesting_organization'] },
    { name: 'requesting_user', value: 1 },
  ])('Spine Core, $name $value', ({ name, value }) => {
    expect(faultOf(bearerOf({ ...spineCoreClaims, [name]: value }), enforcement)).toBe(
      `claim-invalid:${name}`,
    );
  });
});

describe('what full adds, and structure leaves alone', () => {
  test.for([
    { what: 'expired for 29 s', claims: gp({}), atSeconds: 329, fault: null },
    { what: 'expired for 30 s', claims: gp({}), atSeconds: 330, fault: 'expired' },
    { what: 'issued in 30 s', claims: gp({}), atSeconds: -30, fault: null },
    { what: 'issued in 31 s', claims: gp({}), atSeconds: -31, fault: 'issued-in-future' },
    { what: 'another practitioner', claims: gp({ sub: '10020' }), atSeconds: 0, fault: 'subject-mismatch' },
    { what: 'another user', claims: core({ sub: 'x' }), atSeconds: 0, fault: 'subject-mismatch' },
    {
      what: 'a scope of another resource',
      claims: gp({ requested_scope: 'organization/*.read' }),
      atSeconds: 0,
      fault: 'scope-mismatch',
    },
    {
      what: 'a scope to write, not to read',
      claims: gp({ requested_scope: 'patient/*.write' }),
      atSeconds: 0,
      fault: 'scope-mismatch',
    },
    {
      what: 'two scopes, one that fits',
      claims: gp({ requested_scope: 'organization/*.read patient/*.read' }),
      atSeconds: 0,
      fault: null,
    },
    { what: 'a scope of Spine Core', claims: core({ scope: 'x' }), atSeconds: 0, fault: 'scope-mismatch' },
    {
      what: 'the system of another sender',
      claims: core({ requesting_system: 'https://fhir.nhs.uk/Id/accredited-system|200000000360' }),
      atSeconds: 0,
      fault: 'system-mismatch',
    },
  ])('$what: $fault', ({ claims, atSeconds, fault }) => {
    const nowSeconds = issuedAtSeconds + atSeconds;
    expect(faultOf(bearerOf(claims), 'full', nowSeconds)).toBe(fault);
    expect(faultOf(bearerOf(claims), 'structure', nowSeconds)).toBeNull();
  });

  test.for([
    { scope: 'organization/*.write', fault: null },
    { scope: 'patient/*.read', fault: null },
    { scope: 'everything', fault: 'scope-mismatch' },
  ])('of an interaction that nobody described, $scope: $fault', ({ scope, fault }) => {
    const bearer = readBearerToken(bearerOf(gp({ requested_scope: scope })));
    const unknown = { ...rules('full'), scopes: [] };
    expect(tokenFault(bearer, unknown, sender, issuedAtSeconds)).toBe(fault);
  });
});
