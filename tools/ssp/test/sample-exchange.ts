import { type AuditedStory } from '@ssp/contracts';

/** An exchange as the audit tells of it. */
export const sampleExchange = {
  internalId: '93dd501c-4a5b-4c8e-9a53-0f1e2d3c4b5a',
  receivedAt: '2026-03-01T12:00:00.000Z',
  completedAt: '2026-03-01T12:00:00.012Z',
  traceId: '09a01679-2564-4fb4-8129-aecc81ea2706',
  fromAsid: '200000000359',
  toAsid: '918999198738',
  senderOds: 'R1A14',
  receiverOds: 'B82617',
  interactionId: 'urn:nhs:names:services:gpconnect:fhir:rest:read:patient-1',
  method: 'GET',
  redactedUrl: '/https://provider.example/fhir/Patient?identifier=**********',
  status: 200,
  outcome: 'forwarded',
  refusal: null,
  decisionId: 'd.1',
  certificateNames: 'consumer.example',
  network: 'private',
  remoteAddress: '192.0.2.1',
  certificateSerial: '01',
  certificateDn: 'CN=consumer.example',
  w3cTraceId: null,
} satisfies AuditedStory['exchange'];
