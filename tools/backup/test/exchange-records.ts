import { randomUUID } from 'node:crypto';
import { ExchangeCompleted, ExchangeReceived } from '@ssp/contracts';

/** Told by the edge of that name, under that number on both topics. */
export type Numbered = { readonly source: string; readonly sequence: number };

export type EventRecord = { readonly topic: string; readonly value: string };

/** The full target of an exchange, told from others by its id. */
export const fullUrlOf = (internalId: string) =>
  `/https://provider.example/fhir/Patient?identifier=9476719931&ask=${internalId}`;

/** What an edge tells of an exchange: that it came in, and how it ended. */
export function exchangeRecords({ source, sequence }: Numbered): readonly EventRecord[] {
  const internalId = randomUUID();
  const identity = {
    internalId,
    traceId: randomUUID(),
    from: '200000000359',
    to: '918999198738',
    interactionId: `urn:nhs:names:services:gpconnect:fhir:rest:read:resource${sequence % 5}-1`,
    method: 'GET',
    redactedUrl: '/https://provider.example/fhir/Patient?identifier=**********',
    contentType: null,
    connection: {
      remoteAddress: '192.0.2.1',
      tlsProtocol: 'TLSv1.2',
      tlsCipher: 'ECDHE-RSA-AES128-GCM-SHA256',
      certificateSerial: '01',
      certificateDn: 'CN=consumer.example',
    },
    bearer: { state: 'read', alg: 'none', claims: { iss: 'https://consumer.example' } },
  };
  const received = { logReference: 'SSP0001', url: fullUrlOf(internalId) };
  const completed = {
    logReference: 'SSP0015',
    outcome: 'forwarded',
    status: 200,
    providerStatus: 200,
    refusal: null,
    refusalDetail: null,
    decisionId: null,
    agreementId: null,
    rulesVersion: null,
    parties: { senderOds: 'R1A14', receiverOds: 'B82617', supplier: `YGM0${sequence % 3}` },
    endpoint: 'https://provider.example/fhir',
    requestBytes: 0,
    responseBytes: 2_000 + sequence,
    timings: {
      totalMs: 12.5 + sequence,
      announceMs: 1,
      authoriseMs: 1,
      admitMs: 1,
      providerFirstByteMs: 8,
      providerMs: 9 + sequence / 8,
    },
  };
  const value = (type: string, own: object) =>
    JSON.stringify({
      specversion: '1.0',
      source,
      sequence: String(sequence),
      id: `${internalId}.${type}`,
      type,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      data: { ...identity, ...own },
    });
  return [
    { topic: ExchangeReceived.topic, value: value(ExchangeReceived.type, received) },
    { topic: ExchangeCompleted.topic, value: value(ExchangeCompleted.type, completed) },
  ];
}
