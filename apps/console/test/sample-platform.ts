import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EdgeTally, ExchangeCompleted, ExchangeReceived, topics } from '@ssp/contracts';
import { connectKafka, ensureTopics, startPublisher } from '@ssp/kafka';
import { createService } from '@ssp/service';
import { type PostgresAddress, type ProgramEnvironment, runOurs } from '@ssp/testing';
import { Client } from 'pg';
import { type Sample } from './sample-exchanges.ts';
import { sampleTallies } from './sample-tallies.ts';
import { type StartedProcess, startProcess } from './start-process.ts';
import { until } from './until.ts';

/** What the console's pages are made of, as processes of their own. */
export type SamplePlatform = {
  readonly billing: StartedProcess;
  readonly auditUrl: string;
  /** The operator APIs. */
  readonly authzUrl: string;
  readonly throttleUrl: string;
  /** Whether billing holds months against the audit. */
  readonly reconciles: boolean;
  /** The bearer tokens of machines, by role. */
  readonly tokens: { readonly billing: string; readonly auditor: string; readonly operator: string };
};

export type SampleSettings = {
  readonly postgres: PostgresAddress;
  readonly brokers: readonly string[];
  readonly sample: Sample;
  /** An empty one, for tokens. */
  readonly folder: string;
  /** Where people's tokens come from, as the processes are told. */
  readonly openId: ProgramEnvironment;
  /** Whether billing holds months against the audit. */
  readonly reconciles: boolean;
};

/** Starts audit and billing on tables and groups of their own, and resolves once both have all sample exchanges. */
export async function startSamplePlatform(
  { postgres, brokers, sample, folder, openId, reconciles }: SampleSettings,
  resources: AsyncDisposableStack,
): Promise<SamplePlatform> {
  const tokens = { billing: randomUUID(), operator: randomUUID(), auditor: randomUUID() };
  const machines = { authz: randomUUID(), reconcile: randomUUID() };
  const tokenFileOf = (role: keyof typeof machines) => join(folder, `${role}-token`);
  await writeFile(tokenFileOf('authz'), machines.authz);
  await writeFile(tokenFileOf('reconcile'), machines.reconcile);
  const tokensFile = join(folder, 'tokens.json');
  await writeFile(tokensFile, JSON.stringify({ ...tokens, ...machines }));
  const signingKeyFile = join(folder, 'signing.pem');
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeFile(signingKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const environment = {
    POSTGRES_URL: postgres.urlWithoutPassword,
    POSTGRES_PASSWORD_FILE: postgres.passwordFile,
    KAFKA_BROKERS: brokers.join(','),
    LISTEN_PORT: '0',
    ADMIN_PORT: '0',
    ...openId,
  };
  const apps = ['billing-aggregator', 'authz', 'throttle', 'audit-writer'];
  const tallies = reconciles ? sampleTallies(sample.exchanges) : [];
  await Promise.all([
    publishSample(sample, tallies, brokers),
    ...apps.map((app) => migrate(app, environment)),
  ]);
  const start = (entry: string, env: ProgramEnvironment) =>
    startProcess(`apps/${entry}.ts`, { ready: 'started', env: { ...environment, ...env } }, resources);
  const audit = await start('audit-writer/src/main', {
    AUDIT_API_TOKENS_FILE: tokensFile,
    AUDIT_GROUP_ID: `audit-${randomUUID()}`,
  });
  const [billing, authz, throttle, counting] = await Promise.all([
    start('billing-aggregator/src/query-api.main', {
      BILLING_API_TOKENS_FILE: tokensFile,
      BILLING_SIGNING_KEY_FILE: signingKeyFile,
      ...(reconciles && { AUDIT_API_URL: audit.url, AUDIT_API_TOKEN_FILE: tokenFileOf('reconcile') }),
    }),
    start('authz/src/admin-api.main', {
      AUTHZ_API_TOKENS_FILE: tokensFile,
      AUDIT_API_URL: audit.url,
      AUDIT_API_TOKEN_FILE: tokenFileOf('authz'),
    }),
    start('throttle/src/admin-api.main', { THROTTLE_API_TOKENS_FILE: tokensFile }),
    start('billing-aggregator/src/main', { BILLING_GROUP_ID: `billing-${randomUUID()}` }),
  ]);
  await untilKept(postgres, sample);
  // The topics are everybody's: from here on nobody else's exchanges change the books. An hour balances only once both have read as far.
  if (!reconciles) await counting.stop();
  return {
    billing,
    auditUrl: audit.url,
    authzUrl: authz.url,
    throttleUrl: throttle.url,
    tokens,
    reconciles,
  };
}

async function migrate(app: string, environment: ProgramEnvironment): Promise<void> {
  const { status, err } = await runOurs(`apps/${app}/src/migrate.main.ts`, [], environment);
  if (status !== 0) throw new Error(`the tables of ${app} are not made: ${err}`);
}

async function publishSample(
  { exchanges }: Sample,
  tallies: readonly string[],
  brokers: readonly string[],
): Promise<void> {
  await using publishing = new AsyncDisposableStack();
  const { log, metrics } = createService('console-test', publishing);
  const connection = connectKafka({ brokers: [...brokers], clientId: 'console-test', tls: null }, log);
  await ensureTopics(connection, topics);
  const publisher = startPublisher(connection, { publishTimeoutMs: 60_000 }, log, metrics, publishing);
  await Promise.all(
    exchanges.flatMap(({ received, completed }) => [
      publisher.publish(ExchangeReceived.topic, received),
      publisher.publish(ExchangeCompleted.topic, completed),
    ]),
  );
  await Promise.all(tallies.map((tally) => publisher.publish(EdgeTally.topic, tally)));
}

/** Until billing has counted and the audit has written them all. */
async function untilKept({ url }: PostgresAddress, { exchanges }: Sample): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await until('the sample exchanges', async () => {
      // Kafka may have taken one of them twice.
      const { rows } = await client.query<{ isThere: boolean }>(
        `select (select count(distinct internal_id) from billing.counted_exchange where internal_id = any(ids.every))
            + (select count(distinct (internal_id, kind)) from audit.event where internal_id = any(ids.every))
            = 3 * cardinality(ids.every) as "isThere"
        from (select $1::uuid[] as every) as ids`,
        [exchanges.map(({ internalId }) => internalId)],
      );
      return rows[0]?.isThere === true;
    });
  } finally {
    await client.end();
  }
}
