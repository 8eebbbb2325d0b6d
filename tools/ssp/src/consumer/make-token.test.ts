import { interactions, readBearerToken, tokenFault, tokenPartyFault } from '@ssp/spine';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sampleUser } from '../sample-user.ts';
import { makeToken, tokenClaims, type TokenFacts } from './make-token.ts';
import { tokenPurpose } from './token-purpose.ts';

const guide = readFileSync(new URL('../../../../docs/consumer-guide.md', import.meta.url), 'utf8');
const guideClaims: Readonly<Record<string, unknown>> = JSON.parse(
  Array.from(guide.matchAll(/^```json\n(.*?)^```/gms), ([, json = '']) => json).find((json) =>
    json.includes('"requested_scope"'),
  ) ?? 'null',
);

const facts: TokenFacts = {
  fqdn: 'good.consumer.thirdparty.nhs.uk',
  organisation: { odsCode: 'R1A14', name: 'Example organisation' },
  ...sampleUser,
  audience: 'https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhir',
  reason: 'directcare',
  scope: 'patient/*.read',
};
const issuedAtSeconds = Number(guideClaims['iat']);

test('the claims are those that the consumer’s guide shows', () => {
  expect(tokenClaims(facts, issuedAtSeconds)).toEqual(guideClaims);
});

test('a token is two parts in base64url, with the dot after which no signature comes', () => {
  const token = makeToken({ ...facts, fqdn: 'ü?>~.nhs.uk' }, issuedAtSeconds);
  expect(token).toMatch(/^[\w-]+\.[\w-]+\.$/);
  expect(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).toBe('{"alg":"none","typ":"JWT"}');
});

test.for(interactions)(
  'a token for $id holds where tokens are looked at in full',
  ({ id, methods, scopes }) => {
    const purpose = tokenPurpose(id, methods[0] ?? 'GET');
    const bearer = readBearerToken(`Bearer ${makeToken({ ...facts, ...purpose }, issuedAtSeconds)}`);
    const rules = { enforcement: 'full', scopes, lifetimeMaxSeconds: 300, skewSeconds: 0 } as const;
    expect(tokenFault(bearer, rules, '200000000359', issuedAtSeconds)).toBeNull();
    const claims = bearer.state === 'read' ? bearer.claims : {};
    expect(tokenPartyFault(claims, { endpoint: facts.audience, senderOds: 'R1A14' }, [])).toBeNull();
  },
);

const gp = 'urn:nhs:names:services:gpconnect:';

test.for([
  { id: `${gp}fhir:rest:search:slot-1`, method: 'GET', scope: 'organization/*.read', reason: 'directcare' },
  {
    id: `${gp}fhir:rest:create:appointment-1`,
    method: 'POST',
    scope: 'patient/*.write',
    reason: 'directcare',
  },
  {
    id: `${gp}fhir:operation:gpc.migratestructuredrecord-1`,
    method: 'POST',
    scope: 'patient/*.read',
    reason: 'migration',
  },
  {
    id: `${gp}documents:fhir:rest:migrate:binary-1`,
    method: 'GET',
    scope: 'patient/*.read',
    reason: 'migration',
  },
  { id: 'urn:nhs:names:services:new:thing-1', method: 'GET', scope: 'patient/*.read', reason: 'directcare' },
  { id: 'urn:nhs:names:services:new:thing-1', method: 'PUT', scope: 'patient/*.write', reason: 'directcare' },
])('$method $id asks for $scope, for $reason', ({ id, method, scope, reason }) => {
  expect(tokenPurpose(id, method)).toEqual({ scope, reason });
});
