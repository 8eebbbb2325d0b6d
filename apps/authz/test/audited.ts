import { randomUUID } from 'node:crypto';
import { type AuthzAsk, ExchangeCompleted, ExchangeReceived, topics } from '@ssp/contracts';
import { connectKafka, ensureTopics, startPublisher } from '@ssp/kafka';
import { startAudit } from '@ssp/testing';
import { backingServices } from '@ssp/testing/vitest';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { type Rig } from './rig.ts';

/** The audit on the rig's database, and a way to tell it of exchanges; `folder` is where its tokens are written. */
export async function startAuditOf(rig: Rig, folder: string, resources: AsyncDisposableStack) {
  const { brokers } = backingServices().kafka;
  const connection = connectKafka({ brokers, clientId: 'authz-test', tls: null }, pino({ level: 'silent' }));
  await ensureTopics(connection, topics);
  const environment = { ...rig.postgresEnvironment, KAFKA_BROKERS: brokers.join(',') };
  // A busy Kafka may take its time.
  const settings = { publishTimeoutMs: 60_000 };
  const log = pino({ level: 'silent' });
  const publisher = startPublisher(connection, settings, log, new Registry(), resources);
  return {
    environment: await startAudit({ environment, role: 'authz', folder }, resources),
    publish: async (exchanges: readonly Exchange[]) => {
      const events = exchanges.flatMap((exchange) => eventsOf(exchange));
      await Promise.all(events.map(({ topic, value }) => publisher.publish(topic, value)));
    },
  };
}

/** What became of an ask, as an edge tells it. */
export type Exchange = {
  readonly ask: AuthzAsk;
  readonly traceId: string;
  /** Null where authz was not asked. */
  readonly decisionId: string | null;
  readonly rulesVersion: string | null;
  readonly refusal: string | null;
  readonly status: number;
};

function eventsOf({ ask, traceId, decisionId, rulesVersion, refusal, status }: Exchange) {
  const internalId = randomUUID();
  const both = {
    internalId,
    traceId,
    from: ask.from,
    to: ask.to,
    interactionId: ask.interactionId,
    method: 'GET',
    redactedUrl: `/https://${ask.targetHost}${ask.targetPath}?patient=**********`,
    contentType: null,
    connection: {
      remoteAddress: '192.0.2.1',
      tlsProtocol: 'TLSv1.2',
      tlsCipher: null,
      certificateSerial: '01',
      certificateDn: `CN=${ask.certificateNames[0] ?? ''}`,
      certificateNames: ask.certificateNames,
      revocation: null,
    },
    bearer: { state: 'absent', alg: null, claims: null },
  };
  const envelope = {
    specversion: '1.0',
    source: '/ssp/edge/test',
    datacontenttype: 'application/json',
    time: new Date().toISOString(),
  };
  const own = {
    logReference: 'SSP0015',
    outcome: refusal === null ? 'forwarded' : 'refused',
    status,
    providerStatus: refusal === null ? status : null,
    refusal,
    refusalDetail: null,
    decisionId,
    agreementId: null,
    rulesVersion,
    network: decisionId === null ? null : ask.network,
    parties: null,
    endpoint: null,
    requestBytes: 0,
    responseBytes: 0,
    timings: {
      totalMs: 1,
      announceMs: null,
      authoriseMs: null,
      admitMs: null,
      providerFirstByteMs: null,
      providerMs: null,
    },
  };
  const received = { logReference: 'SSP0001', url: both.redactedUrl };
  return [
    {
      ...envelope,
      id: `${internalId}.received`,
      type: ExchangeReceived.type,
      data: { ...both, ...received },
    },
    { ...envelope, id: `${internalId}.completed`, type: ExchangeCompleted.type, data: { ...both, ...own } },
  ].map((event) => ({ topic: `ssp.${event.type}`, value: JSON.stringify(event) }));
}
