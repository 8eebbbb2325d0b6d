import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ExchangeCompleted, topics } from '@ssp/contracts';
import { connectKafka, ensureTopics, startPublisher } from '@ssp/kafka';
import { createService } from '@ssp/service';
import { ourEnvironment } from '@ssp/testing';
import { backingServices, createDatabase } from '@ssp/testing/vitest';
import { Pool } from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { startBillingAggregator } from '../src/billing-aggregator.ts';
import { type QueryApiConfig } from '../src/config.ts';
import { migrateBilling } from '../src/migrate-billing.ts';
import { startQueryApi } from '../src/api/query-api.ts';

export const tokens = {
  billing: 'b'.repeat(32),
  operator: 'o'.repeat(32),
  auditor: 'a'.repeat(32),
  consumer: 'c'.repeat(32),
};

const log = pino({ level: 'silent' });

/** The topics, made where nobody has needed them yet. */
async function connectTopics(brokers: readonly string[]) {
  const connection = connectKafka({ brokers, clientId: 'billing-test', tls: null }, log);
  await ensureTopics(connection, topics);
  return connection;
}

/** The brokers that all tests share. */
const sharedBrokers = () => backingServices().kafka.brokers;

/** Publishes to the topic, that all tests share but those with brokers of their own. */
export async function publisherRig(resources: AsyncDisposableStack, brokers = sharedBrokers()) {
  const connection = await connectTopics(brokers);
  // A busy Kafka may take its time.
  const settings = { publishTimeoutMs: 60_000 };
  const publisher = startPublisher(connection, settings, log, new Registry(), resources);
  return {
    /** Each call goes to the next partition. */
    publish: (values: readonly string[]) =>
      Promise.all(values.map((value) => publisher.publish(ExchangeCompleted.topic, value))),
  };
}

/** A migrated database of its own, and the processes of this room on it. */
export async function billingRig(resources: AsyncDisposableStack, brokers = sharedBrokers()) {
  await connectTopics(brokers);
  const database = await createDatabase(resources);
  const postgres = {
    url: database.urlWithoutPassword,
    passwordFile: database.passwordFile,
    poolSize: 4,
    applicationName: 'billing-test',
  };
  await migrateBilling(postgres, log);
  const pool = resources.adopt(new Pool({ connectionString: database.url }), (it) => it.end());
  // Connections that are cut when the database is dropped have nothing left to say.
  pool.on('error', () => undefined);
  const groupId = `billing-${randomUUID()}`;

  return {
    pool,
    postgres,
    /** Starts an aggregator as its process does; it ends with the scope it is given. */
    startAggregator: async (scope: AsyncDisposableStack, role = 'ssp_billing_aggregator') => {
      const service = createService('billing-aggregator', scope);
      const kafka = { brokers, clientId: 'billing-test', tls: null };
      await startBillingAggregator(
        { kafka, postgres: { ...postgres, role }, groupId, ledgerMonths: 1_200 },
        service,
      );
      return service;
    },
    /** Starts an aggregator in a process of its own; what it returns kills it without notice. */
    spawnAggregator: () => {
      const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
      const child = spawn(process.execPath, [main], {
        stdio: 'ignore',
        env: ourEnvironment({
          KAFKA_BROKERS: brokers.join(','),
          BILLING_GROUP_ID: groupId,
          POSTGRES_URL: postgres.url,
          POSTGRES_PASSWORD_FILE: postgres.passwordFile,
          POSTGRES_ROLE: 'ssp_billing_aggregator',
          ADMIN_PORT: '0',
        }),
      });
      const ended = once(child, 'exit');
      const kill = async () => {
        child.kill('SIGKILL');
        await ended;
      };
      resources.defer(kill);
      return kill;
    },
    /** Starts the query API, which reconciles where it is given the audit, and returns its address. */
    startApi: async (
      openId: QueryApiConfig['callers']['openId'] = null,
      signingKeyFile: string | null = null,
      audit: QueryApiConfig['audit'] = null,
    ) => {
      const directory = resources.use(await mkdtempDisposable(join(tmpdir(), 'billing-')));
      const tokensFile = join(directory.path, 'tokens.json');
      await writeFile(tokensFile, JSON.stringify(tokens));
      const listen = { host: '127.0.0.1', port: 0, drainGraceMs: 0, tls: null };
      const address = await startQueryApi(
        {
          listen,
          postgres: { ...postgres, role: 'ssp_billing_books' },
          callers: { tokensFile, openId },
          kafka: { brokers, clientId: 'billing-api-test', tls: null },
          signingKeyFile,
          audit,
          ripeAfterMs: 900_000,
          sumsUp: false,
        },
        createService('billing-query-api', resources),
      );
      return `http://${address.host}:${address.port}`;
    },
  };
}
