const envelope = {
  specversion: '1.0',
  id: '0190a0a5-7f3f-7c3e-8d52-0f2a3f0f6a11/received',
  source: '/ssp/edge/1',
  sequence: '12',
  time: '2026-01-01T21:00:13.001Z',
  datacontenttype: 'application/json',
} as const;

const identity = {
  internalId: '0190a0a5-7f3f-7c3e-8d52-0f2a3f0f6a11',
  traceId: '09a01679-2564-0fb4-5129-aecc81ea2706',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  from: '200000000359',
  to: '918999198738',
  interactionId: 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1',
  method: 'GET',
  redactedUrl: 'https://h.nhs.uk/b/Patient/**********',
  contentType: null,
  connection: {
    remoteAddress: '10.0.0.1',
    tlsProtocol: 'TLSv1.2',
    tlsCipher: 'ECDHE-RSA-AES256-GCM-SHA384',
    certificateSerial: '0A',
    certificateDn: 'O=nhs, OU=Devices, CN=good.consumer.thirdparty.nhs.uk',
    certificateNames: ['good.consumer.thirdparty.nhs.uk'],
    revocation: 'fresh',
  },
  bearer: { state: 'read', alg: 'none', claims: { iss: 'é', requesting_device: { model: 'x' } } },
} as const;

/** As an edge tells of a request that it has got. */
export const received = {
  ...envelope,
  type: 'exchange.received',
  data: {
    ...identity,
    logReference: 'SSP0001',
    clockOffsetMs: -3,
    url: 'https://h.nhs.uk/b/Patient/9690937278',
  },
} as const;

/** As an edge tells of how it ended. */
export const completed = {
  ...envelope,
  type: 'exchange.completed',
  data: {
    ...identity,
    logReference: 'SSP0015',
    clockOffsetMs: 12,
    outcome: 'forwarded',
    status: 200,
    providerStatus: 200,
    refusal: null,
    refusalDetail: null,
    decisionId: 'd1',
    agreementId: 'a1',
    rulesVersion: 'r1',
    network: 'private',
    parties: { senderOds: 'A20047', receiverOds: 'B82617', supplier: 'YGA' },
    admission: {
      answer: 'admit',
      rule: 'consumers',
      scope: 'consumer',
      limit: 1_000,
      remaining: 987,
      version: '3-2026-03-01T12:00:00Z',
      counters: 'shared',
      shadowed: ['trial'],
    },
    endpoint: 'https://h.nhs.uk/b',
    providerAddress: '10.0.0.1:443',
    requestBytes: 0,
    responseBytes: 575,
    timings: {
      totalMs: 112.5,
      announceMs: 1,
      authoriseMs: 0.5,
      admitMs: 0.25,
      providerFirstByteMs: 100,
      providerMs: 110,
    },
  },
} as const;
