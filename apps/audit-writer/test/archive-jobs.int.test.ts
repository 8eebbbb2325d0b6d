import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { archivableAudit, privateKey, publicKey } from './archived-audit.ts';
import { startJob } from './start-job.ts';

type Audit = Awaited<ReturnType<typeof archivableAudit>>;

async function settingsOf({ postgres, folder }: Audit) {
  const files = { signing: join(folder, 'signing.pem'), verifying: join(folder, 'verifying.pem') };
  await writeFile(files.signing, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(files.verifying, publicKey.export({ type: 'spki', format: 'pem' }));
  const archives = join(folder, 'archives');
  const database = {
    POSTGRES_URL: postgres.url,
    ...(postgres.passwordFile !== null && { POSTGRES_PASSWORD_FILE: postgres.passwordFile }),
    // Who only reads needs no other.
    POSTGRES_ROLE: 'ssp_auditor',
  };
  return {
    archives,
    archive: { ...database, AUDIT_ARCHIVE_FOLDER: archives, AUDIT_SIGNING_KEY_FILE: files.signing },
    verifyTables: { ...database, AUDIT_ARCHIVE_FOLDERS: archives, AUDIT_VERIFYING_KEY_FILE: files.verifying },
    verifyArchives: { AUDIT_ARCHIVE_FOLDERS: archives, AUDIT_VERIFYING_KEY_FILE: files.verifying },
  };
}

test('the jobs archive every month that is over, and verify archives without a database and with it', async () => {
  await using resources = new AsyncDisposableStack();
  const settings = await settingsOf(await archivableAudit(resources));
  const archived = await startJob('archive', settings.archive, resources).end();
  expect(archived).toMatchObject({ status: 0, says: expect.stringContaining('"month":"2026-04"') });
  expect((await readdir(settings.archives)).toSorted()).toEqual(['2026-03', '2026-04']);
  const alone = await startJob('verify-archive', settings.verifyArchives, resources).end();
  expect(alone).toMatchObject({ status: 0, says: expect.stringContaining('"archives":2,"faults":0') });
  const together = await startJob('verify', settings.verifyTables, resources).end();
  expect(together).toMatchObject({ status: 0, says: expect.stringContaining('"archives":2,"faults":0') });

  const file = join(settings.archives, '2026-03', 'full_url-ssp.exchange.received-0-0001.parquet');
  await writeFile(file, 'PAR1');
  const edited = await startJob('verify-archive', settings.verifyArchives, resources).end();
  expect(edited).toMatchObject({ status: 3, says: expect.stringContaining('it is not the file that') });
});

test('an archive that is killed while it is written is nothing, and the next run makes it whole', async () => {
  await using resources = new AsyncDisposableStack();
  const audit = await archivableAudit(resources);
  const settings = await settingsOf(audit);
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const holder = await audit.pool.connect();
    await holder.query('begin');
    // Events can be read, and full URLs, which come after them, cannot.
    await holder.query('lock table audit.full_url in access exclusive mode');
    const job = startJob('archive', settings.archive, resources);
    await expect.poll(() => unfinished(settings.archives), { timeout: 30_000 }).toHaveLength(1);
    job.kill(signal);
    await job.end();
    await holder.query('rollback');
    holder.release();
    // Postgres learns of the job's end by itself, and lets go what only one may hold.
    await expect.poll(() => holdings(audit), { timeout: 30_000 }).toBe(0);
    expect(await unfinished(settings.archives)).toHaveLength(1);
    expect(await startJob('verify-archive', settings.verifyArchives, resources).end()).toMatchObject({
      status: 1,
      says: expect.stringContaining('holds no archive'),
    });
  }
  expect(await startJob('archive', settings.archive, resources).end()).toMatchObject({ status: 0 });
  expect((await readdir(settings.archives)).toSorted()).toEqual(['2026-03', '2026-04']);
  expect(await startJob('verify', settings.verifyTables, resources).end()).toMatchObject({ status: 0 });
});

test('two runs at once do not meet, and a month that is not over is not archived', async () => {
  await using resources = new AsyncDisposableStack();
  const audit = await archivableAudit(resources);
  const settings = await settingsOf(audit);
  const holder = await audit.pool.connect();
  await holder.query(`select pg_advisory_lock(hashtext('audit.archive'))`);
  const second = await startJob('archive', settings.archive, resources).end();
  holder.release(true);
  expect(second).toMatchObject({ status: 1, says: expect.stringContaining('another process') });
  const month = new Date().toISOString().slice(0, 7);
  const early = await startJob(
    'archive',
    { ...settings.archive, AUDIT_ARCHIVE_MONTH: month },
    resources,
  ).end();
  expect(early).toMatchObject({ status: 1, says: expect.stringContaining('is not over yet') });
});

/** Folders without a name in which rows have been written. */
async function unfinished(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const found: string[] = [];
  for (const name of names.filter((it) => it.endsWith('.unfinished'))) {
    const files = await readdir(join(folder, name)).catch(() => []);
    if (files.some((file) => file.startsWith('event-'))) found.push(name);
  }
  return found;
}

/** How often something is held that only one may hold. */
async function holdings({ pool }: Audit): Promise<number | undefined> {
  const { rows } = await pool.query<{ held: number }>(
    `select count(*)::int as held from pg_locks join pg_database on pg_database.oid = database
     where locktype = 'advisory' and datname = current_database()`,
  );
  return rows[0]?.held;
}
