import { ExchangeCompleted } from '@ssp/contracts';

/** A whole event, of an exchange that a provider answered with 200. */
export function completedEvent(
  changes: { readonly time?: string; readonly data?: Partial<ExchangeCompleted['data']> } = {},
): ExchangeCompleted {
  const internalId = changes.data?.internalId ?? '0198f0a0-0000-7000-8000-000000000001';
  return {
    specversion: '1.0',
    id: `${internalId}.completed`,
    source: '/ssp/edge/test',
    type: ExchangeCompleted.type,
    time: changes.time ?? '2026-03-31T23:59:59.999Z',
    datacontenttype: 'application/json',
    data: {
      internalId,
      traceId: 'trace',
      from: '200000000359',
      to: '918999198738',
      interactionId: 'urn:nhs:names:services:gpconnect:fhir:rest:search:patient-1',
      method: 'GET',
      redactedUrl: 'https://provider.example/fhir/Patient',
      contentType: null,
      connection: {
        remoteAddress: '192.0.2.1',
        tlsProtocol: 'TLSv1.2',
        tlsCipher: 'ECDHE-RSA-AES128-GCM-SHA256',
        certificateSerial: '01',
        certificateDn: 'CN=consumer.example',
      },
      bearer: { state: 'read', alg: 'none', claims: { iss: 'https://consumer.example' } },
      logReference: 'SSP0015',
      outcome: 'forwarded',
      status: 200,
      providerStatus: 200,
      refusal: null,
      refusalDetail: null,
      decisionId: 'decision',
      agreementId: 'agreement',
      rulesVersion: '1',
      parties: { senderOds: 'A20047', receiverOds: 'B82617', supplier: 'Supplier A' },
      endpoint: 'https://provider.example/fhir',
      requestBytes: 100,
      responseBytes: 2_000,
      timings: {
        totalMs: 15.25,
        announceMs: 1,
        authoriseMs: 1,
        admitMs: 1,
        providerFirstByteMs: 12,
        providerMs: 12.345_6,
      },
      ...changes.data,
    },
  };
}
