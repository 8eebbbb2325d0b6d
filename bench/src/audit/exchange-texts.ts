import { randomUUID } from 'node:crypto';
import { tablesSize } from '../authz/fill-tables.ts';

/** The texts of an exchange's two events, as an edge writes them. */
export type ExchangeTexts = { readonly received: string; readonly completed: string };

const interactions = Array.from(
  { length: tablesSize.interactionsEach },
  (_, nth) => `urn:nhs:names:services:gpconnect:fhir:rest:search:resource${nth}-1`,
);

/** One in so many is refused, one in so many fails. */
const [refusedEvery, failedEvery] = [50, 200];

/** Exchanges one after another concern other systems; the sizes are those of real ones, 2.1 and 2.7 kB. */
export function exchangeTexts({
  nth,
  source,
  sequence,
  receivedMs,
}: {
  readonly nth: number;
  readonly source: string;
  /** Of either event among those of its source on its topic. */
  readonly sequence: number;
  readonly receivedMs: number;
}): ExchangeTexts {
  const n = (nth * 7919) % (tablesSize.consumers * tablesSize.interactionsEach);
  const practice = String(n % tablesSize.practices).padStart(5, '0');
  const consumer = String((n * 7) % tablesSize.consumers).padStart(5, '0');
  const host = `p${practice}.supplier${Number(practice) % 4}.thirdparty.nhs.uk`;
  const endpoint = `https://${host}/G${practice}/STU3/1/gpconnect/fhir`;
  const search = 'Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C';
  const internalId = randomUUID();
  const refused = nth % refusedEvery === 0;
  const failed = nth % failedEvery === 1;
  const identity = {
    internalId,
    traceId: randomUUID(),
    from: `2000${consumer.padStart(8, '0')}`,
    to: `9181${practice.padStart(8, '0')}`,
    interactionId: interactions[n % interactions.length],
    method: 'GET',
    redactedUrl: `/${endpoint}/${search}**********`,
    contentType: null,
    connection: {
      remoteAddress: `10.${nth % 200}.${consumer.slice(0, 2)}.17`,
      tlsProtocol: 'TLSv1.2',
      tlsCipher: 'ECDHE-RSA-AES128-GCM-SHA256',
      certificateSerial: `5E3A91${consumer}C07F24`,
      certificateDn: `CN=c${consumer}.consumer.thirdparty.nhs.uk,OU=HSCN,O=NHS`,
      certificateNames: [`c${consumer}.consumer.thirdparty.nhs.uk`],
      revocation: 'fresh',
    },
    bearer: { state: 'read', alg: 'none', claims: claims(consumer, practice, receivedMs) },
  };
  const completed = {
    logReference: 'SSP0015',
    outcome: refused ? 'refused' : failed ? 'failed' : 'forwarded',
    status: refused ? 403 : failed ? 502 : 200,
    providerStatus: refused || failed ? null : 200,
    refusal: refused ? 'no-agreement' : failed ? 'provider-unreachable' : null,
    refusalDetail: null,
    decisionId: `q7Vd0m2hT1xA.${nth.toString(36)}`,
    agreementId: refused ? null : 'national',
    rulesVersion: '7-2026-03-01T12:00:00Z',
    network: 'private',
    parties: {
      senderOds: `C${consumer}`,
      receiverOds: `G${practice}`,
      supplier: `YGM0${Number(practice) % 4}`,
    },
    admission: refused ? null : admission,
    endpoint: refused ? null : endpoint,
    requestBytes: 0,
    responseBytes: refused ? 512 : 2_371,
    timings: {
      totalMs: 41.873,
      announceMs: 1.204,
      authoriseMs: 0.873,
      admitMs: refused ? null : 0.912,
      providerFirstByteMs: refused ? null : 37.114,
      providerMs: refused ? null : 38.402,
    },
  };
  const received = { logReference: 'SSP0001', url: `/${endpoint}/${search}9476719931` };
  const text = (kind: string, ms: number, own: object) =>
    JSON.stringify({
      specversion: '1.0',
      source,
      sequence: String(sequence),
      id: `${internalId}.${kind}`,
      type: `exchange.${kind}`,
      time: new Date(ms).toISOString(),
      datacontenttype: 'application/json',
      data: { ...identity, ...own },
    });
  return {
    received: text('received', receivedMs, received),
    completed: text('completed', receivedMs + 42, completed),
  };
}

const admission = {
  answer: 'admit',
  rule: 'consumers',
  scope: 'consumer',
  limit: 1_000,
  remaining: 987,
  version: '3-2026-03-01T12:00:00Z',
  counters: 'shared',
  shadowed: [],
};

/** As GP Connect asks for them. */
function claims(consumer: string, practice: string, nowMs: number): object {
  const second = Math.floor(nowMs / 1_000);
  return {
    iss: `https://c${consumer}.consumer.thirdparty.nhs.uk/`,
    sub: `u${consumer}`,
    aud: `https://authorize.fhir.nhs.net/G${practice}/token`,
    exp: second + 300,
    iat: second,
    reason_for_request: 'directcare',
    requested_scope: 'patient/*.read',
    requesting_device: {
      resourceType: 'Device',
      identifier: [{ system: 'https://consumersupplier.com/Id/device-identifier', value: `D${consumer}` }],
      model: 'Consumer product',
      version: '5.3.0',
    },
    requesting_organization: {
      resourceType: 'Organization',
      identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: `C${consumer}` }],
      name: 'Consumer organisation',
    },
    requesting_practitioner: {
      resourceType: 'Practitioner',
      id: `u${consumer}`,
      identifier: [
        { system: 'https://fhir.nhs.uk/Id/sds-user-id', value: `1112${consumer}` },
        { system: 'https://fhir.nhs.uk/Id/sds-role-profile-id', value: `4443${consumer}` },
        {
          system: 'https://consumersupplier.com/Id/user-guid',
          value: '98ed4f78-814d-4266-8d5b-cde742f3093c',
        },
      ],
      name: [{ family: 'Jones', given: ['Claire'], prefix: ['Dr'] }],
    },
  };
}
