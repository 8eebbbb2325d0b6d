import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { ourProgram, runOurs } from '@ssp/testing';
import { type Pool } from 'pg';
import { expect, test } from 'vitest';
import { exchangeEvents } from './events.ts';
import { auditRig } from './rig.ts';
import { monthTables } from './aged-audit.ts';

const timeout = { timeout: 40_000 };
const old = new Date('2021-03-04T05:06:07.000Z');
const command = 'apps/audit-writer/src/retire.main.ts';

/** A writer that acts as the writer's role and signs, with events of long ago, and the environment of the commands beside it. */
async function signingWriter(resources: AsyncDisposableStack) {
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'retire-'))).path;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const keyFile = join(folder, 'key.pem');
  const publicFile = join(folder, 'public.pem');
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(publicFile, publicKey.export({ type: 'spki', format: 'pem' }));
  const rig = await auditRig(resources);
  await rig.pool.query('select audit.ensure_month($1)', [old]);
  const { postgres, kafka } = rig.config;
  await rig.start(resources, {
    postgres: { ...postgres, role: 'ssp_audit_writer' },
    checkpoints: { keyFile, intervalMs: 200, folder },
  });
  const { internalId, records } = exchangeEvents({ time: old });
  await rig.publish(records);
  await expect.poll(() => rig.countRows([internalId]), timeout).toMatchObject({ rows: 2, urls: 1 });
  await expect.poll(() => unsigned(rig.pool), timeout).toBe(0);
  const environment = {
    POSTGRES_URL: postgres.url,
    ...(postgres.passwordFile !== null && { POSTGRES_PASSWORD_FILE: postgres.passwordFile }),
    KAFKA_BROKERS: kafka.brokers.join(','),
  };
  const dropping = {
    ...environment,
    POSTGRES_ROLE: 'ssp_audit_retire',
    AUDIT_RETIRE_DROP: 'true',
    AUDIT_RETIRE_WHO: 'ada',
    AUDIT_RETIRE_WHY: 'the law',
    AUDIT_SIGNING_KEY_FILE: keyFile,
    AUDIT_CHECKPOINT_FOLDER: folder,
  };
  const verifying = {
    ...environment,
    POSTGRES_ROLE: 'ssp_auditor',
    AUDIT_VERIFYING_KEY_FILE: publicFile,
    AUDIT_CHECKPOINT_FOLDER: folder,
  };
  return { rig, internalId, dropping, verifying };
}

/** How many of the old events no checkpoint covers. */
async function unsigned(pool: Pool): Promise<number | undefined> {
  const { rows } = await pool.query<{ unsigned: number }>(
    `select count(*)::int as unsigned from audit.event where occurred_at < '2022-01-01' and not exists (
       select from audit.checkpoint where checkpoint.topic = event.topic and checkpoint.partition = event.partition
         and checkpoint.next_offset > event."offset")`,
  );
  return rows[0]?.unsigned;
}

test('the command lists months and drops nothing; then it drops them beside a writer, and the event of it is audited', async () => {
  await using resources = new AsyncDisposableStack();
  const { rig, internalId, dropping, verifying } = await signingWriter(resources);
  const listed = await runOurs(command, [], { ...dropping, AUDIT_RETIRE_DROP: 'false' });
  expect(listed).toMatchObject({ status: 0, err: '' });
  expect(listed.out).toContain('"month":"2021-03","bytes":');
  expect(listed.out).toContain('nothing was dropped');
  expect(await rig.countRows([internalId])).toMatchObject({ rows: 2, urls: 1 });

  expect(await runOurs(command, [], dropping)).toMatchObject({ status: 0, err: '' });
  expect(await rig.countRows([internalId])).toMatchObject({ rows: 0, urls: 0 });
  const told = async () =>
    (
      await rig.pool.query<{ data: object }>(
        `select body::jsonb->'data' as data from audit.event
       where kind = 'audit.retired' and event_id in (select event_id from audit.retirement)`,
      )
    ).rows;
  await expect.poll(told, timeout).toMatchObject([
    {
      data: { who: 'ada', why: 'the law', retentionDays: 731, months: ['2021-03'], events: 2, fullUrls: 1 },
    },
  ]);
  const verified = await runOurs('apps/audit-writer/src/verify.main.ts', [], verifying);
  expect(verified.out).toContain('unaltered');
  expect(verified).toMatchObject({ status: 0 });
}, 180_000);

test('writing goes on while a reader keeps the months from being dropped; killed meanwhile, the command leaves all there', async () => {
  await using resources = new AsyncDisposableStack();
  const { rig, internalId, dropping } = await signingWriter(resources);
  const before = await monthTables(rig.pool);
  const reader = await rig.pool.connect();
  resources.defer(() => reader.release(true));
  await reader.query('begin');
  await reader.query('lock table audit.event in access share mode');

  const [program, entry] = ourProgram(command);
  const child = spawn(program, [entry], { env: dropping, stdio: ['ignore', 'ignore', 'inherit'] });
  resources.defer(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const isDropping = async () =>
    (
      await rig.pool.query(
        `select from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and query like '%drop_months(%'`,
      )
    ).rowCount;
  await expect.poll(isDropping, timeout).toBe(1);
  const { internalId: later, records } = exchangeEvents();
  await rig.publish(records);
  await expect.poll(() => rig.countRows([later]), timeout).toMatchObject({ rows: 2 });
  // It tries on for two minutes.
  expect(child.exitCode).toBe(null);

  child.kill('SIGKILL');
  await ended;
  await rig.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and query like '%drop_months(%'`,
  );
  await reader.query('rollback');
  await expect.poll(isDropping, timeout).toBe(0);
  expect(Object.keys(await monthTables(rig.pool))).toEqual(Object.keys(before));
  expect(await rig.countRows([internalId])).toMatchObject({ rows: 2, urls: 1 });
  expect((await rig.pool.query('select from audit.retirement')).rowCount).toBe(0);

  expect(await runOurs(command, [], dropping)).toMatchObject({ status: 0, err: '' });
  expect(await rig.countRows([internalId])).toMatchObject({ rows: 0, urls: 0 });
}, 180_000);
