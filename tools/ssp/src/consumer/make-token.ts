/** What a token says of who asks, and why. A real consumer fills the practitioner from its user's session. */
export type TokenFacts = {
  /** Registered name of the consumer's system. */
  readonly fqdn: string;
  readonly organisation: { readonly odsCode: string; readonly name: string };
  readonly device: {
    readonly system: string;
    readonly value: string;
    readonly model: string;
    readonly version: string;
  };
  readonly practitioner: Practitioner;
  /** The provider's service root URL, as the directory has it. */
  readonly audience: string;
  readonly reason: string;
  readonly scope: string;
};

export type Practitioner = {
  readonly id: string;
  readonly name: {
    readonly family: string;
    readonly given: readonly string[];
    readonly prefix: readonly string[];
  };
  readonly sdsUserId: string;
  /** `UNK` where the user has none. */
  readonly sdsRoleProfileId: string;
  /** The user in the consumer's own system. */
  readonly local: { readonly system: string; readonly value: string };
};

const lifetimeSeconds = 300;

/** The claims of the GP Connect form (STU3). A new token is made for every request. */
export function tokenClaims(facts: TokenFacts, nowSeconds: number) {
  const { fqdn, organisation, device, practitioner, audience, reason, scope } = facts;
  const { id, name, sdsUserId, sdsRoleProfileId, local } = practitioner;
  return {
    iss: `https://${fqdn}/`,
    sub: id,
    aud: audience,
    exp: nowSeconds + lifetimeSeconds,
    iat: nowSeconds,
    reason_for_request: reason,
    requested_scope: scope,
    requesting_device: {
      resourceType: 'Device',
      identifier: [{ system: device.system, value: device.value }],
      model: device.model,
      version: device.version,
    },
    requesting_organization: {
      resourceType: 'Organization',
      name: organisation.name,
      identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: organisation.odsCode }],
    },
    requesting_practitioner: {
      resourceType: 'Practitioner',
      id,
      name: [name],
      identifier: [
        { system: 'https://fhir.nhs.uk/Id/sds-user-id', value: sdsUserId },
        { system: 'https://fhir.nhs.uk/Id/sds-role-profile-id', value: sdsRoleProfileId },
        local,
      ],
    },
  };
}

/**
 * The unsigned token: header and claims in base64url without padding, and the dot after which no signature comes. It
 * is a statement for the audit; who the consumer is follows from its certificate.
 */
export function makeToken(facts: TokenFacts, nowSeconds: number): string {
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(tokenClaims(facts, nowSeconds))}.`;
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
