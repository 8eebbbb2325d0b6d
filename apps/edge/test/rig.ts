import { randomInt } from 'node:crypto';
import { copyFile, mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  admissionsPath,
  type AuthzAnswer,
  AuthzAsk,
  decisionsPath,
  type ThrottleAnswer,
  ThrottleAsk,
  ThrottleBatch,
  type ThrottleCaller,
  topics,
} from '@ssp/contracts';
import { connectKafka, ensureTopics } from '@ssp/kafka';
import { createService, readConfig } from '@ssp/service';
import { edgeEnvironment, startStubProvider } from '@ssp/testing';
import { backingServices } from '@ssp/testing/vitest';
import { type Logger, pino } from 'pino';
import { z } from 'zod';
import { EdgeConfig } from '../src/config.ts';
import { startEdge } from '../src/edge.ts';
import { startAnsweringService } from './answering-service.ts';
import { createConsumer, exampleHeaders } from './consumer.ts';
import { startEventTail } from './event-tail.ts';
import { endpoint } from './target.ts';

export { targetPath } from './target.ts';

const batchOf = <Ask extends z.ZodType>(ask: Ask) => {
  const schema = z.object({ asks: z.array(ask) });
  return (body: unknown) => schema.parse(body);
};

/** What authz says when nothing speaks against an exchange. */
export const allow = (): AuthzAnswer => ({
  decision: 'allow',
  decisionId: 'decision-1',
  rulesVersion: '7',
  parties: { senderOds: 'R1A14', receiverOds: 'B82617', supplier: 'YGP01' },
  endpoint,
  providerFqdn: 'orange.testlab.nhs.uk',
  agreementId: 'agreement-1',
});

/** What throttle says when there is room. */
export const admit = (): ThrottleAnswer => ({
  admission: 'admit',
  rule: 'consumer',
  scope: 'consumer',
  version: '3',
  counters: 'shared',
  limit: 100,
  remaining: 41,
  resetSeconds: 3,
});

/** A busy machine is no reason for any refusal: a test that is about waiting says how long. */
const patient = {
  EDGE_AUTHZ_TIMEOUT_MS: '30000',
  EDGE_THROTTLE_TIMEOUT_MS: '30000',
  EDGE_AUDIT_TIMEOUT_MS: '30000',
  EDGE_TALLY_SECONDS: '86400',
  EDGE_PROVIDER_CONNECT_TIMEOUT_MS: '30000',
};

/** The edge's production wiring on a real Kafka, between a consumer, two answering services and a provider. */
export async function edgeRig(
  resources: AsyncDisposableStack,
  environment: Readonly<Record<string, string>> = {},
  log: Logger = pino({ level: 'silent' }),
) {
  const { kafka, pki } = backingServices();
  await ensureTopics(
    connectKafka({ brokers: kafka.brokers, clientId: 'edge-test', tls: null }, pino({ level: 'silent' })),
    topics,
  );
  const directory = resources.use(await mkdtempDisposable(join(tmpdir(), 'edge-')));
  const crls = await Promise.all(
    pki.crls.map(async (file) => {
      const copy = join(directory.path, basename(file));
      await copyFile(file, copy);
      return copy;
    }),
  );
  const authz = await startAnsweringService(decisionsPath, batchOf(AuthzAsk), allow, resources);
  const callers: ThrottleCaller[] = [];
  const askers: ThrottleCaller[] = [];
  const readAdmissions = (body: unknown) => {
    const { caller, asks } = ThrottleBatch.parse(body);
    if (caller !== undefined) {
      callers.push(caller);
      if (asks.length > 0) askers.push(caller);
    }
    return batchOf(ThrottleAsk)(body);
  };
  const throttle = await startAnsweringService(admissionsPath, readAdmissions, admit, resources);
  const provider = await startStubProvider({ pki }, resources);
  const events = await startEventTail(kafka.brokers, resources);
  const complete = {
    ...edgeEnvironment(pki, provider.address),
    ...patient,
    EDGE_CRL_FILES: crls.join(','),
    EDGE_CRL_POLL_MS: '100',
    EDGE_AUTHZ_URL: authz.url,
    EDGE_THROTTLE_URL: throttle.url,
    KAFKA_BROKERS: kafka.brokers.join(','),
    ...environment,
  };
  const config = readConfig(EdgeConfig, complete);
  const service = createService('edge', resources.use(new AsyncDisposableStack()), { log });
  const { https, http } = await startEdge(config, service);
  const edge = { port: https.port, caFile: pki.ca };
  const good = createConsumer(edge, pki.consumers.good, resources);
  return {
    config,
    edge,
    http,
    service,
    pki,
    crls,
    authz,
    throttle,
    /** What every call to throttle told of the edge, and what those told that asked for room. */
    callers,
    askers,
    provider,
    events,
    good,
    environment: complete,
  };
}

/** Headers of a consumer that no other test speaks for, so that its events are told apart. */
export function ownHeaders(): Record<string, string> {
  return { ...exampleHeaders, 'Ssp-From': String(randomInt(100_000_000_000, 999_999_999_999)) };
}
