/** Claims of a GP Connect token for the example exchange, valid now; `changes` replace single claims. */
export function exampleClaims(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const nowSeconds = Math.floor(Date.now() / 1_000);
  return {
    iss: 'https://consumer.thirdparty.nhs.uk',
    sub: '10019',
    aud: 'https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhir',
    iat: nowSeconds,
    exp: nowSeconds + 300,
    reason_for_request: 'directcare',
    requested_scope: 'organization/*.read',
    requesting_device: { resourceType: 'Device', model: 'A model', version: '1' },
    requesting_organization: {
      resourceType: 'Organization',
      name: 'A practice',
      identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'R1A14' }],
    },
    requesting_practitioner: { resourceType: 'Practitioner', id: '10019' },
    ...changes,
  };
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The `Authorization` value of an unsigned token. */
export const bearerOf = (claims: unknown) => `Bearer ${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`;
