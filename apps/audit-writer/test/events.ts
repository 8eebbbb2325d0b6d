import { randomUUID } from 'node:crypto';
import { ExchangeCompleted, ExchangeReceived } from '@ssp/contracts';

const identity = (internalId: string, traceId: string) => ({
  internalId,
  traceId,
  from: '200000000359',
  to: '918999198738',
  interactionId: 'urn:nhs:names:services:gpconnect:fhir:rest:read:patient-1',
  method: 'GET',
  redactedUrl: 'https://provider.example/fhir/Patient?identifier=**********',
  contentType: null,
  connection: {
    remoteAddress: '192.0.2.1',
    tlsProtocol: 'TLSv1.2',
    tlsCipher: 'ECDHE-RSA-AES128-GCM-SHA256',
    certificateSerial: '01',
    certificateDn: 'CN=consumer.example',
  },
  bearer: { state: 'read' as const, alg: 'none', claims: { iss: 'https://consumer.example' } },
});

export const fullUrl = 'https://provider.example/fhir/Patient?identifier=9476719931';

/** The two events of one exchange that went well. */
export function exchangeEvents(
  changes: {
    readonly traceId?: string;
    readonly time?: Date;
    /** Of both events; each topic has numbers of its own. */
    readonly numbered?: { readonly source: string; readonly sequence: string };
    readonly received?: object;
    readonly completed?: object;
  } = {},
) {
  const internalId = randomUUID();
  const both = identity(internalId, changes.traceId ?? randomUUID());
  const envelope = {
    specversion: '1.0',
    source: '/ssp/edge/test',
    ...changes.numbered,
    datacontenttype: 'application/json',
    time: (changes.time ?? new Date()).toISOString(),
  };
  const received = {
    ...envelope,
    id: `${internalId}.received`,
    type: ExchangeReceived.type,
    data: { ...both, logReference: 'SSP0001', url: fullUrl, ...changes.received },
  };
  const completed = {
    ...envelope,
    id: `${internalId}.completed`,
    type: ExchangeCompleted.type,
    data: {
      ...both,
      logReference: 'SSP0015',
      outcome: 'forwarded',
      status: 200,
      providerStatus: 200,
      refusal: null,
      refusalDetail: null,
      decisionId: null,
      agreementId: null,
      rulesVersion: null,
      parties: null,
      endpoint: 'https://provider.example/fhir',
      requestBytes: 0,
      responseBytes: 2_300,
      timings: {
        totalMs: 12.5,
        announceMs: 1,
        authoriseMs: 1,
        admitMs: 1,
        providerFirstByteMs: 8,
        providerMs: 9,
      },
      ...changes.completed,
    },
  };
  return {
    internalId,
    traceId: both.traceId,
    records: [
      { topic: ExchangeReceived.topic, value: JSON.stringify(received) },
      { topic: ExchangeCompleted.topic, value: JSON.stringify(completed) },
    ],
  };
}
