import { randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Readable } from 'node:stream';
import { type AuthzAsk, ExchangeCompleted, ExchangeReceived, topics } from '@ssp/contracts';
import { connectKafka, ensureTopics, startPublisher } from '@ssp/kafka';
import { backingServices } from '@ssp/testing/vitest';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { type Rig } from './rig.ts';

const root = join(import.meta.dirname, '../../..');

/** Runs a program of ours as it is run in production; resolves with what it wrote once it has ended. */
export async function runOurs(entry: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [join(root, entry), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  await once(child, 'close');
  return { status: child.exitCode, out, err };
}

/**
 * The audit as it runs in production, a process of its own on the rig's database, and a way to tell it of exchanges.
 * `folder` is where its tokens are written.
 */
export async function startAudit(rig: Rig, folder: string, resources: AsyncDisposableStack) {
  const token = randomUUID();
  const tokensFile = join(folder, 'audit-tokens.json');
  const tokenFile = join(folder, 'audit-token');
  await writeFile(tokensFile, JSON.stringify({ authz: token }));
  await writeFile(tokenFile, token);
  const { brokers } = backingServices().kafka;
  const env = { ...rig.postgresEnvironment, KAFKA_BROKERS: brokers.join(',') };
  const migrated = await runOurs('apps/audit-writer/src/migrate.main.ts', [], env);
  if (migrated.status !== 0)
    throw new Error(`the audit's tables are not made: ${migrated.out}${migrated.err}`);
  const child = spawn(process.execPath, [join(root, 'apps/audit-writer/src/main.ts')], {
    env: {
      ...env,
      LISTEN_PORT: '0',
      ADMIN_PORT: '0',
      AUDIT_API_TOKENS_FILE: tokensFile,
      AUDIT_GROUP_ID: `audit-${randomUUID()}`,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  resources.defer(async () => {
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
  });
  const connection = connectKafka({ brokers, clientId: 'authz-test', tls: null }, pino({ level: 'silent' }));
  await ensureTopics(connection, topics);
  const publisher = startPublisher(connection, {}, pino({ level: 'silent' }), new Registry(), resources);
  return {
    environment: { AUDIT_API_URL: await addressOf(child.stdout), AUDIT_API_TOKEN_FILE: tokenFile },
    publish: async (exchanges: readonly Exchange[]) => {
      const events = exchanges.flatMap((exchange) => eventsOf(exchange));
      await Promise.all(events.map(({ topic, value }) => publisher.publish(topic, value)));
    },
  };
}

function addressOf(stdout: Readable): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // Read to the end: whoever stopped would in time stop the process that writes.
  const lines = createInterface({ input: stdout });
  lines.on('line', (line) => {
    const { msg, listen }: { msg?: string; listen?: { port: number } } = JSON.parse(line);
    if (msg === 'search API open' && listen !== undefined) resolve(`http://127.0.0.1:${listen.port}`);
  });
  lines.on('close', () => reject(new Error('the audit ended before it was open')));
  return promise;
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
