import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { topics } from '@ssp/contracts';
import { connectKafka, ensureTopics } from '@ssp/kafka';
import { createDatabaseIn, createDevelopmentPki, type Leash, startBackingServices } from '@ssp/testing';
import { Client } from 'pg';
import { pino } from 'pino';
import { fillTables } from '../authz/fill-tables.ts';
import { peakMemoryMb } from '../cpu/peak-memory.ts';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { runToEnd } from '../run-to-end.ts';
import { freePorts } from '../yardstick/free-port.ts';
import { untilOpen } from '../yardstick/until-open.ts';
import { fillAudit } from './fill-audit.ts';

/** The operator API and the audit on one database of national size. */
export type WhatIfRig = {
  readonly url: string;
  readonly token: string;
  /** Of the generated audit. */
  readonly period: { readonly since: Date; readonly until: Date };
  readonly peakRssMb: () => Promise<{ readonly api: number; readonly audit: number }>;
};

const tokens = { operator: 'o'.repeat(32), authz: 'a'.repeat(32) };

/** Starts all of it, with so many audited exchanges; everything is gone with `resources`. */
export async function startWhatIf(
  exchanges: number,
  leash: Leash,
  report: Report,
  signal: AbortSignal,
  resources: AsyncDisposableStack,
): Promise<WhatIfRig> {
  const dir = await mkdtemp(join(benchPaths.work, 'what-if-'));
  resources.defer(() => rm(dir, { recursive: true, force: true }));
  const pki = await createDevelopmentPki(join(dir, 'pki'), { now: new Date() });
  const { postgres, kafka } = await startBackingServices(
    { dir, leash, pki, report, durable: false },
    resources,
  );
  const database = await createDatabaseIn(postgres, resources);
  const env = {
    POSTGRES_URL: database.urlWithoutPassword,
    POSTGRES_PASSWORD_FILE: database.passwordFile,
    KAFKA_BROKERS: kafka.brokers.join(','),
  };
  const connection = { brokers: kafka.brokers, clientId: 'bench', tls: null };
  await ensureTopics(connectKafka(connection, pino({ level: 'silent' })), topics);
  await runToEnd('migrate', [benchPaths.authzMigrateMain], env, leash);
  await runToEnd('migrate-audit', [benchPaths.auditMigrateMain], env, leash);
  report(`filling the tables with a national directory and ${exchanges} audited exchanges`);
  const begunAtMs = performance.now();
  const period = await fill(database.url, exchanges);
  report(`filled in ${((performance.now() - begunAtMs) / 1_000).toFixed(0)} s`);

  const [apiPort = 0, auditPort = 0] = await freePorts(2);
  const files = { tokens: join(dir, 'tokens.json'), token: join(dir, 'token') };
  await writeFile(files.tokens, JSON.stringify(tokens));
  await writeFile(files.token, tokens.authz);
  const start = async (name: string, program: string, own: Readonly<Record<string, string>>) =>
    resources.use(
      await leash.spawn(process.execPath, [program], {
        name,
        env: { ...env, ADMIN_PORT: '0', ...own },
        output: { file: join(benchPaths.work, `what-if-${name}.log`) },
      }),
    );
  const audit = await start('audit-writer', benchPaths.auditMain, {
    LISTEN_PORT: String(auditPort),
    AUDIT_API_TOKENS_FILE: files.tokens,
  });
  const api = await start('authz-admin-api', benchPaths.adminApiMain, {
    LISTEN_PORT: String(apiPort),
    AUTHZ_API_TOKENS_FILE: files.tokens,
    AUDIT_API_URL: `http://127.0.0.1:${auditPort}`,
    AUDIT_API_TOKEN_FILE: files.token,
  });
  await untilOpen(auditPort, 'the audit', signal);
  await untilOpen(apiPort, 'the operator API', signal);
  return {
    url: `http://127.0.0.1:${apiPort}`,
    token: tokens.operator,
    period,
    peakRssMb: async () => ({ api: await peakMemoryMb(api.pid), audit: await peakMemoryMb(audit.pid) }),
  };
}

async function fill(url: string, exchanges: number) {
  await using resources = new AsyncDisposableStack();
  const client = resources.adopt(new Client({ connectionString: url }), (it) => it.end());
  await client.connect();
  await fillTables(client);
  return await fillAudit(client, exchanges);
}
