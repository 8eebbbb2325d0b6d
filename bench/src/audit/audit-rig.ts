import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { topics } from '@ssp/contracts';
import { connectKafka, ensureTopics } from '@ssp/kafka';
import {
  createDatabaseIn,
  createDevelopmentPki,
  type Leash,
  type LeashedProcess,
  type PostgresAddress,
  startBackingServices,
} from '@ssp/testing';
import { Client } from 'pg';
import { pino } from 'pino';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { runToEnd } from '../run-to-end.ts';

/** What every server of production has more of than Postgres takes by itself. */
const settings = { shared_buffers: '1GB', max_wal_size: '8GB', checkpoint_timeout: '15min' };

/** The same for people. */
export const settingsText = Object.entries(settings)
  .map(([name, value]) => `\`${name}=${value}\``)
  .join(', ');

/** A writer that runs as in production, with keys of its own. */
export type RunningWriter = Pick<LeashedProcess, 'pid' | 'hasExited'>;

export type AuditRig = {
  readonly dir: string;
  readonly brokers: readonly string[];
  readonly pids: { readonly postgres: number; readonly kafka: number };
  /** Makes a database with the audit's tables and those of the months from `since` on. */
  readonly createAudit: (since: Date, resources: AsyncDisposableStack) => Promise<PostgresAddress>;
  /** Starts so many writers of one group, which read the topics from their beginning. `port` is that of the first one's API. */
  readonly startWriters: (
    database: PostgresAddress,
    writers: number,
    port: number,
    resources: AsyncDisposableStack,
  ) => Promise<readonly RunningWriter[]>;
};

/** The token of the auditor that the writers' API knows. */
export const auditorToken = 'a'.repeat(32);

/** Starts Kafka with its topics, and a Postgres that keeps what it has committed; everything is gone with `resources`. */
export async function startStores(leash: Leash, report: Report, resources: AsyncDisposableStack) {
  const dir = await mkdtemp(join(benchPaths.work, 'stores-'));
  resources.defer(() => rm(dir, { recursive: true, force: true }));
  const pki = await createDevelopmentPki(join(dir, 'pki'), { now: new Date() });
  const { postgres, kafka } = await startBackingServices(
    { dir, leash, pki, report, ownPrograms: true },
    resources,
  );
  if (!postgres.program || !kafka.program)
    throw new Error('the CPU time of Postgres and Kafka is read where they are programs of this machine');
  await withClient(postgres.url, async (client) => {
    for (const [name, value] of Object.entries(settings))
      await client.query(`alter system set ${name} = '${value}'`);
  });
  await postgres.program.stop();
  await postgres.program.start();
  await ensureTopics(
    connectKafka({ brokers: kafka.brokers, clientId: 'bench', tls: null }, pino({ level: 'silent' })),
    topics,
  );
  return { dir, postgres, kafka, pids: { postgres: postgres.program.pid, kafka: kafka.program.pid } };
}

/** The stores, and audit writers on them. */
export async function startAuditRig(
  leash: Leash,
  report: Report,
  resources: AsyncDisposableStack,
): Promise<AuditRig> {
  const { dir, postgres, kafka, pids } = await startStores(leash, report, resources);
  const files = await writeKeys(dir);
  return {
    dir,
    brokers: kafka.brokers,
    pids,
    createAudit: async (since, scope) => {
      const database = await createDatabaseIn(postgres, scope);
      await runToEnd('migrate-audit', [benchPaths.auditMigrateMain], postgresEnvironment(database), leash);
      await withClient(database.url, (client) =>
        client.query('select audit.ensure_month($1), audit.ensure_month(now())', [since]),
      );
      return database;
    },
    startWriters: (database, writers, port, scope) => {
      const groupId = `bench-${randomUUID()}`;
      const start = async (nth: number) =>
        scope.use(
          await leash.spawn(process.execPath, [...youngSpace, benchPaths.auditMain], {
            name: `audit-writer-${nth}`,
            env: {
              ...postgresEnvironment(database),
              ...files,
              KAFKA_BROKERS: kafka.brokers.join(','),
              AUDIT_GROUP_ID: groupId,
              LISTEN_PORT: String(nth === 0 ? port : 0),
              ADMIN_PORT: '0',
            },
            output: { file: join(benchPaths.work, 'audit-writer.log') },
          }),
        );
      return Promise.all(Array.from({ length: writers }, (_, nth) => start(nth)));
    },
  };
}

/** As the deployment starts them. */
const youngSpace = ['--min-semi-space-size=64', '--max-semi-space-size=64'];

/** Runs one piece of work on a connection of its own. */
export async function withClient<Result>(
  url: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString: url });
  // A server that stops first must not end this process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** What tells a process where its Postgres is. */
export function postgresEnvironment({ urlWithoutPassword, passwordFile }: PostgresAddress) {
  return { POSTGRES_URL: urlWithoutPassword, POSTGRES_PASSWORD_FILE: passwordFile };
}

async function writeKeys(dir: string) {
  const files = {
    AUDIT_API_TOKENS_FILE: join(dir, 'tokens.json'),
    AUDIT_SIGNING_KEY_FILE: join(dir, 'signing.pem'),
    AUDIT_URL_KEY_FILE: join(dir, 'url.pem'),
    AUDIT_CHECKPOINT_FOLDER: join(dir, 'checkpoints'),
  };
  await writeFile(files.AUDIT_API_TOKENS_FILE, JSON.stringify({ auditor: auditorToken }));
  const signing = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  await writeFile(files.AUDIT_SIGNING_KEY_FILE, signing);
  const sealing = generateKeyPairSync('x25519').publicKey.export({ format: 'pem', type: 'spki' });
  await writeFile(files.AUDIT_URL_KEY_FILE, sealing);
  return files;
}
