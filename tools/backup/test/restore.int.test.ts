import { execFile } from 'node:child_process';
import { mkdtempDisposable, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openSealedUrl, topics } from '@ssp/contracts';
import { connectKafka, ensureTopics } from '@ssp/kafka';
import { runOurs, startOwnKafka, startOwnPostgres } from '@ssp/testing';
import { createDatabase } from '@ssp/testing/vitest';
import { Pool } from 'pg';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { makeFiles } from './audit-files.ts';
import { readBooks, readUpTo } from './books.ts';
import { fullUrlOf } from './exchange-records.ts';
import { givenOutUpTo } from './given-out.ts';
import { runWell, servicesOn } from './services.ts';
import { toldOf } from './told-of.ts';
import { startTraffic } from './traffic.ts';

const root = join(import.meta.dirname, '../../..');
const archiveScript = join(root, 'infra/postgres/archive-wal.sh');
const tool = 'tools/backup/src/main.ts';
const patience = { timeout: 120_000 };

/** What the independent verifier says of a folder of checkpoints. */
async function verifyFolder(folder: string, keyFile: string): Promise<string> {
  const verifier = join(root, 'examples/verify-audit/verify_audit.py');
  const told = await promisify(execFile)('python3', [verifier, 'checkpoints', folder, '--key', keyFile]);
  return told.stdout;
}

function openOwnPool(url: string, resources: AsyncDisposableStack): Pool {
  const pool = resources.adopt(new Pool({ connectionString: url }), (it) => it.end());
  // Its server is killed amid the test.
  pool.on('error', () => undefined);
  return pool;
}

test('Postgres restored to a point in time, and what Kafka has since, give the books of a platform that never broke', async () => {
  await using resources = new AsyncDisposableStack();
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'backup-'))).path;
  const { files, auditors } = await makeFiles(folder);
  const kafka = await startOwnKafka(resources);
  const postgres = await startOwnPostgres(archiveScript, resources);
  const connection = connectKafka(
    { brokers: kafka.brokers, clientId: 'backup-test', tls: null },
    pino({ level: 'silent' }),
  );
  await ensureTopics(connection, topics);

  const checkpoints = join(folder, 'checkpoints');
  const backups = join(folder, 'backups');
  const platform = servicesOn(postgres, kafka.brokers, { files, checkpoints });
  const unbroken = await createDatabase(resources);
  const control = servicesOn(unbroken, kafka.brokers, { files, checkpoints: join(folder, 'unbroken') });
  await platform.migrate();
  await control.migrate();
  control.start(resources);
  const services = platform.start(resources);

  const pool = openOwnPool(postgres.url, resources);
  const controlPool = openOwnPool(unbroken.url, resources);
  const traffic = startTraffic(connection, resources);
  const told = toldOf(connection, resources);
  const takenIn = async (books: Pool) => expect.poll(() => readUpTo(books), patience).toEqual(await told());
  const verify = () =>
    runOurs('apps/audit-writer/src/verify.main.ts', [], {
      ...platform.env,
      LOG_LEVEL: 'info',
      AUDIT_VERIFYING_KEY_FILE: files.verifyingKey,
      AUDIT_CHECKPOINT_FOLDER: checkpoints,
    });

  await traffic.publish(40);
  await takenIn(pool);
  const base = await runWell(tool, ['base', '--data', postgres.dataDir, '--to', backups], platform.env);
  expect(base.out).toContain('restores any time after');

  await traffic.publish(40);
  await takenIn(pool);
  await pool.query("select pg_create_restore_point('before-the-loss')");
  const atPoint = await readUpTo(pool);

  await traffic.publish(40);
  await takenIn(pool);
  // What follows is about rows that were signed for and are lost.
  await expect.poll(() => givenOutUpTo(checkpoints), patience).toBe((await readUpTo(pool)).audit);
  expect(await verify()).toMatchObject({ status: 0 });
  await pool.query('select pg_switch_wal()');
  const isArchived = async () => {
    const { rows } = await pool.query<{ is: boolean }>(
      'select last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 1) as is from pg_stat_archiver',
    );
    return rows[0]?.is;
  };
  await expect.poll(isArchived, patience).toBe(true);

  await postgres.program.kill();
  for (const name of await readdir(postgres.dataDir))
    await rm(join(postgres.dataDir, name), { recursive: true });
  await services.stop();
  await traffic.publish(40);

  const words = ['--from', backups, '--wal', postgres.walDir, '--data', postgres.dataDir];
  await runWell(tool, ['restore', ...words, '--until', 'point:before-the-loss'], {});
  await postgres.program.start();
  const isRecovering = async () =>
    (await pool.query<{ is: boolean }>('select pg_is_in_recovery() as is')).rows[0]?.is;
  await expect.poll(isRecovering, patience).toBe(false);
  expect(await readUpTo(pool)).toEqual(atPoint);
  const checked = await runWell(tool, ['check'], platform.env);
  expect(checked.out).toMatch(
    /^ok {3}audit: ssp\.exchange\.completed\/\d is read on from \d+: [1-9]\d* records$/m,
  );
  // Rows that were signed for, and are not there: nobody can tell yet whether they were cut off.
  const early = await verify();
  expect(early).toMatchObject({ status: 3 });
  expect(early.out).toContain('is not read again yet');
  const signing = {
    ...platform.env,
    LOG_LEVEL: 'info',
    AUDIT_SIGNING_KEY_FILE: files.signingKey,
    AUDIT_CHECKPOINT_FOLDER: checkpoints,
    AUDIT_RESTORED_WHO: 'ada',
    AUDIT_RESTORED_WHY: 'the disk of the database was lost',
  };
  const signed = await runWell('apps/audit-writer/src/restored.main.ts', [], signing);
  expect(signed.out).toContain('"msg":"signed for"');

  platform.start(resources);
  await takenIn(pool);
  await takenIn(controlPool);
  // Sealed anew, URLs come to other digests than were signed; events do not, and what follows is given out without a gap.
  await expect.poll(() => verifyFolder(checkpoints, files.verifyingKey), patience).toContain('restorations');
  const late = await verify();
  expect(late.out).toContain('events come to what was signed');
  expect(late.out).not.toContain('events came out otherwise');
  expect(late).toMatchObject({ status: 0 });
  const restored = await readBooks(pool);
  expect(restored).toEqual(await readBooks(controlPool));
  expect(restored.events).toHaveLength(2 * traffic.exchanges());
  expect(restored.ledger).toHaveLength(traffic.exchanges());
  await runWell('apps/audit-writer/src/numbers.main.ts', [], platform.env);
  const { rows } = await pool.query<{ internal_id: string; url: string }>(
    'select internal_id, url from audit.full_url',
  );
  for (const { internal_id: id, url } of rows) expect(openSealedUrl(url, id, [auditors])).toBe(fullUrlOf(id));
});
