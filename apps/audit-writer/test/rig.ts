import { randomUUID } from 'node:crypto';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topics } from '@ssp/contracts';
import { connectKafka, ensureTopics, startPublisher } from '@ssp/kafka';
import { createService } from '@ssp/service';
import { backingServices, createDatabase } from '@ssp/testing/vitest';
import { Pool } from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { startAuditWriter } from '../src/audit-writer.ts';
import { type AuditWriterConfig } from '../src/config.ts';
import { migrateAudit } from '../src/migrate-audit.ts';
import { beginAtEnd } from './begin-at-end.ts';

export const tokens = {
  auditor: 'a'.repeat(32),
  operator: 'b'.repeat(32),
  billing: 'c'.repeat(32),
  authz: 'd'.repeat(32),
  throttle: 'e'.repeat(32),
  reconcile: 'f'.repeat(32),
};

const log = pino({ level: 'silent' });

/**
 * A database of its own, migrated, and a way to publish. The topics are everybody's, unless `ownBrokers` have them; what
 * others have published before is left out.
 */
export async function auditRig(resources: AsyncDisposableStack, ownBrokers?: readonly string[]) {
  const kafka = { brokers: ownBrokers ?? backingServices().kafka.brokers, clientId: 'audit-test', tls: null };
  const database = await createDatabase(resources);
  const postgres = {
    url: database.urlWithoutPassword,
    passwordFile: database.passwordFile,
    poolSize: 4,
    applicationName: 'audit-test',
  };
  await migrateAudit(postgres, log);
  const pool = resources.adopt(new Pool({ connectionString: database.url }), (it) => it.end());
  // Connections that are cut when the database is dropped have nothing left to say.
  pool.on('error', () => undefined);
  const connection = connectKafka(kafka, log);
  await ensureTopics(connection, topics);
  if (ownBrokers === undefined) await beginAtEnd(connection, pool, resources);
  // A busy Kafka may take its time.
  const settings = { publishTimeoutMs: 60_000 };
  const publisher = startPublisher(connection, settings, log, new Registry(), resources);
  const directory = resources.use(await mkdtempDisposable(join(tmpdir(), 'audit-')));
  const tokensFile = join(directory.path, 'tokens.json');
  await writeFile(tokensFile, JSON.stringify(tokens));

  const config: AuditWriterConfig = {
    kafka,
    postgres: { ...postgres, role: 'ssp_audit_writer' },
    listen: { host: '127.0.0.1', port: 0, drainGraceMs: 0, tls: null },
    groupId: `audit-${randomUUID()}`,
    checkpoints: null,
    closeAfterMs: 3_600_000,
    gapAfterMs: 60_000,
    urlKeyFile: null,
    callers: { tokensFile, openId: null },
  };
  return {
    config,
    pool,
    publish: (records: readonly { readonly topic: string; readonly value: string }[]) =>
      Promise.all(records.map(({ topic, value }) => publisher.publish(topic, value))),
    /** Starts a writer as the process does; it ends with the scope it is given. */
    start: async (
      scope: AsyncDisposableStack,
      changes: Partial<AuditWriterConfig> = {},
      options: Parameters<typeof createService>[2] = {},
    ) => {
      const service = createService('audit-writer', scope, options);
      const address = await startAuditWriter({ ...config, ...changes }, service);
      service.health.started();
      return { service, api: `http://${address.host}:${address.port}` };
    },
    /** How often each event of these exchanges is there. */
    countRows: async (internalIds: readonly string[]) => {
      const { rows } = await pool.query<{ rows: number; events: number; urls: number }>(
        `select count(*)::int as rows, count(distinct (internal_id, kind))::int as events,
           (select count(*)::int from audit.full_url where internal_id = any($1)) as urls
         from audit.event where internal_id = any($1)`,
        [internalIds],
      );
      return rows[0];
    },
  };
}
