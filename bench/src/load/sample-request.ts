import { type PlatformCard } from '../platform/platform-card.ts';

/** One request as a consumer sends it through the proxy. */
export type SampleRequest = {
  /** What follows the proxy's address: the provider's URL. */
  readonly path: string;
  /** The provider's host, as its endpoint names it. */
  readonly host: string;
  /** The registered endpoint that covers it. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
};

const freeSlots = 'urn:nhs:names:services:gpconnect:fhir:rest:search:slot-1';

/** A search for free appointments, answered with a bundle of about 2 kB. @throws Error when no provider offers it */
export function sampleRequest(card: PlatformCard, now: Date): SampleRequest {
  const { good } = card.consumers;
  const provider = card.providers.find(
    ({ asid, endpoints }) => asid !== card.noAgreement.asid && endpoints[freeSlots] !== undefined,
  );
  const endpoint = provider?.endpoints[freeSlots];
  if (provider === undefined || endpoint === undefined)
    throw new Error(`no provider of the directory offers ${freeSlots}`);
  return {
    path: `/${endpoint}/Slot?start=ge2026-01-05&end=le2026-01-12&status=free`,
    host: new URL(endpoint).hostname,
    endpoint,
    headers: {
      'Ssp-TraceID': '629ea9ba-a077-4d99-b289-7a9b19fd4e03',
      'Ssp-From': good.asid,
      'Ssp-To': provider.asid,
      'Ssp-InteractionID': freeSlots,
      Authorization: `Bearer ${token(good, endpoint, now)}`,
      Accept: 'application/fhir+json',
    },
  };
}

/** An unsigned token of about 1.2 kB, as GP Connect consumers make them. */
function token(
  consumer: { readonly fqdn: string; readonly odsCode: string },
  audience: string,
  now: Date,
): string {
  const iat = Math.floor(now.getTime() / 1_000);
  const practitioner = '6a7b3c55-2f0e-4c1d-9c61-3d5f6a1be1a2';
  const claims = {
    iss: `https://${consumer.fqdn}/`,
    sub: practitioner,
    aud: audience,
    exp: iat + 300,
    iat,
    reason_for_request: 'directcare',
    requested_scope: 'organization/*.read',
    requesting_device: {
      resourceType: 'Device',
      identifier: [{ system: `https://${consumer.fqdn}/Id/device-identifier`, value: 'BENCHMARK-1' }],
      model: 'Benchmark',
      version: '1.0.0',
    },
    requesting_organization: {
      resourceType: 'Organization',
      identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: consumer.odsCode }],
      name: 'Sample organisation',
    },
    requesting_practitioner: {
      resourceType: 'Practitioner',
      id: practitioner,
      identifier: [
        { system: 'https://fhir.nhs.uk/Id/sds-user-id', value: '111222333444' },
        { system: 'https://fhir.nhs.uk/Id/sds-role-profile-id', value: '444555666777' },
      ],
      name: [{ family: 'Jones', given: ['Claire'], prefix: ['Dr'] }],
    },
  };
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`;
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
