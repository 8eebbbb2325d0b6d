/** Seconds since the epoch at which the sample tokens were issued. */
export const issuedAtSeconds = 1_469_436_687;

export const rootUrl = 'https://pcs.thirdparty.nhs.uk/T99999/STU3/1';

const times = { iat: issuedAtSeconds, exp: issuedAtSeconds + 300 };

/** Claims of the GP Connect form, STU3. */
export const gpConnectClaims: Readonly<Record<string, unknown>> = {
  ...times,
  iss: 'https://consumer.thirdparty.nhs.uk',
  sub: '10019',
  aud: rootUrl,
  reason_for_request: 'directcare',
  requested_scope: 'patient/*.read',
  requesting_device: {
    resourceType: 'Device',
    identifier: [{ system: 'https://consumer.thirdparty.nhs.uk/Id/device', value: 'd1' }],
    model: 'A model',
    version: '5.3.0',
  },
  requesting_organization: {
    resourceType: 'Organization',
    name: 'A practice',
    identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'R1A14' }],
  },
  requesting_practitioner: {
    resourceType: 'Practitioner',
    id: '10019',
    name: [{ family: 'Doe', given: ['Jane'], prefix: ['Dr'] }],
    identifier: [
      { system: 'https://fhir.nhs.uk/Id/sds-user-id', value: '111222333444' },
      { system: 'https://fhir.nhs.uk/Id/sds-role-profile-id', value: 'UNK' },
    ],
  },
};

/** Claims of the GP Connect form, DSTU2. */
export const dstu2Claims: Readonly<Record<string, unknown>> = {
  ...gpConnectClaims,
  aud: 'https://authorize.fhir.nhs.net/token',
  requested_record: {
    resourceType: 'Patient',
    identifier: [{ system: 'http://fhir.nhs.net/Id/nhs-number', value: '9000000084' }],
  },
  requesting_organization: {
    resourceType: 'Organization',
    name: 'A practice',
    identifier: [{ system: 'http://fhir.nhs.net/Id/ods-organization-code', value: 'R1A14' }],
  },
};

/** Claims of the Spine Core form. */
export const spineCoreClaims: Readonly<Record<string, unknown>> = {
  ...times,
  iss: 'https://consumer.thirdparty.nhs.uk',
  sub: 'https://fhir.nhs.uk/Id/sds-role-profile-id|111222333444',
  aud: rootUrl,
  reason_for_request: 'directcare',
  scope: 'patient/*.read',
  requesting_system: 'https://fhir.nhs.uk/Id/accredited-system|200000000359',
  requesting_organization: 'https://fhir.nhs.uk/Id/ods-organization-code|R1A14',
  requesting_user: 'https://fhir.nhs.uk/Id/sds-role-profile-id|111222333444',
};

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The `Authorization` value of a token as the specification has it: `alg` none, no signature, the last dot kept. */
export function bearerOf(claims: unknown, header: unknown = { alg: 'none', typ: 'JWT' }): string {
  return `Bearer ${part(header)}.${part(claims)}.`;
}
