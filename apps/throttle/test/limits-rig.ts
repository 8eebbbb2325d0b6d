import { randomUUID } from 'node:crypto';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { admissionsPath, answerBatch, ThrottleAnswer, topics } from '@ssp/contracts';
import { connectKafka, ensureTopics } from '@ssp/kafka';
import { migrate, openPool, toPostgresConfig } from '@ssp/postgres';
import { createService, readConfig } from '@ssp/service';
import { backingServices, createDatabase } from '@ssp/testing/vitest';
import { AdminApiConfig } from '../src/admin-api-config.ts';
import { startAdminApi } from '../src/admin-api.ts';
import { ThrottleConfig } from '../src/config.ts';
import { startThrottle } from '../src/throttle.ts';
import { ask as sampleAsk, countsTogether } from './throttle-rig.ts';

export const tokens = { operator: 'o'.repeat(32), auditor: 'a'.repeat(32), billing: 'b'.repeat(32) };

/** A limits file with this burst for each consumer, and nothing else in it. */
export const limitsText = (burst: number) => `
classes: {}
costs: {}
shares: { weights: {}, below: 0 }
limits:
  - { id: consumers, per: consumer, perSecond: 0.001, burst: ${burst} }
`;

/** A migrated database of one test's own, and the topics, as a deployment makes both before the services start. */
export async function createTables(resources: AsyncDisposableStack) {
  const database = await createDatabase(resources);
  const environment = {
    POSTGRES_URL: database.urlWithoutPassword,
    POSTGRES_PASSWORD_FILE: database.passwordFile,
  };
  const postgres = toPostgresConfig({ ...environment, POSTGRES_POOL_SIZE: 2 }, 'test');
  const { log } = createService('test', resources);
  const { brokers } = backingServices().kafka;
  await ensureTopics(connectKafka({ brokers, clientId: 'throttle-test', tls: null }, log), topics);
  const directory = join(import.meta.dirname, '../migrations');
  await migrate({ config: postgres, directory, schema: 'throttle', log });
  return { pool: openPool(postgres, log, resources), environment };
}

/** Starts throttle as it runs in production, on keys of its own; gives what it answers and by which version. */
export async function startCounting(
  environment: Readonly<Record<string, string>>,
  resources: AsyncDisposableStack,
) {
  const service = createService('throttle', resources);
  const config = readConfig(ThrottleConfig, {
    POSTGRES_ROLE: 'ssp_throttle_read',
    REDIS_URL: backingServices().redis.url,
    REDIS_TIMEOUT_MS: '30000',
    THROTTLE_HASH_TAG: randomUUID(),
    LISTEN_PORT: '0',
    ...environment,
  });
  const { port } = await startThrottle(config, service);
  service.health.started();
  const url = `http://127.0.0.1:${port}`;
  const post = (asks: readonly unknown[]) =>
    fetch(url + admissionsPath, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ asks }),
    });
  await countsTogether(service, () => post([]));
  const decide = async () => {
    const answer = await post([sampleAsk]);
    const [first] = answerBatch(ThrottleAnswer).parse(await answer.json()).answers;
    if (first?.admission !== 'admit' && first?.admission !== 'refuse') throw new Error('not decided');
    return { admission: first.admission, limit: first.limit, version: first.version };
  };
  const metrics = () => service.metrics.metrics();
  return { url, decide, metrics, report: () => service.health.report() };
}

/** Starts the operator API as the process does; asks as an operator unless told otherwise. */
export async function startAdmin(
  environment: Readonly<Record<string, string>>,
  resources: AsyncDisposableStack,
) {
  const directory = resources.use(await mkdtempDisposable(join(tmpdir(), 'admin-')));
  const tokensFile = join(directory.path, 'tokens.json');
  await writeFile(tokensFile, JSON.stringify(tokens));
  const service = createService('throttle-admin-api', resources);
  const config = readConfig(AdminApiConfig, {
    POSTGRES_ROLE: 'ssp_throttle_write',
    KAFKA_BROKERS: backingServices().kafka.brokers.join(','),
    THROTTLE_API_TOKENS_FILE: tokensFile,
    LISTEN_PORT: '0',
    ...environment,
  });
  const { port } = await startAdminApi(config, service);
  const url = `http://127.0.0.1:${port}`;
  const ask = async (
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: unknown,
    token: string = tokens.operator,
  ) => {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'x-ssp-user': 'ada' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const told: unknown = await answer.json();
    return { status: answer.status, body: told };
  };
  return Object.assign(ask, { url });
}
