import { mkdir, mkdtempDisposable, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backingServices } from '@ssp/testing/vitest';
import { expect, test } from 'vitest';
import { archiveMonth } from '../src/archive/archive-month.ts';
import { openArchives } from '../src/archive/read-archive.ts';
import { writeCheckpoints } from '../src/keep-checkpoints.ts';
import { tableSource } from '../src/verify/table-source.ts';
import { verifyArchives } from '../src/verify/verify-archives.ts';
import { agedAudit, keys, march, monthTables, privateKey, retire } from './aged-audit.ts';
import { startJob } from './start-job.ts';
import { emptyAudit, writeBatches } from './written-audit.ts';

test('what was archived and then dropped is whole with the archives, and what is left can be archived', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await agedAudit(resources);
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'audit-archive-'))).path;
  const archive = (month: string) =>
    archiveMonth(pool, month, { folder, format: 'parquet', key: privateKey, at: march });
  await archive('2025-11');
  await archive('2025-12');
  expect(await retire(pool)).toMatchObject({ months: [{ month: '2025-11' }, { month: '2025-12' }] });
  // The rows before some of these are in archives alone.
  await archive('2026-01');
  const archives = await openArchives([folder]);
  const unaltered = { faults: [], archiveFaults: [] };
  expect(await verifyArchives(archives, tableSource(pool), keys)).toMatchObject({ rows: 288, ...unaltered });
  expect(await verifyArchives(archives, null, keys)).toMatchObject({ rows: 192, ...unaltered });
  const [, ...others] = archives;
  expect(await verifyArchives(others, tableSource(pool), keys)).toMatchObject({ rows: 240, ...unaltered });
});

test('the command drops nothing that is not archived, where it is told of a folder', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, postgres } = await emptyAudit(resources);
  await pool.query(`select audit.ensure_month('2020-01-01')`);
  await writeBatches(pool, 0, new Date('2020-01-15T00:00:00.000Z'));
  await writeCheckpoints(pool, privateKey, new Date());
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'audit-archive-'))).path;
  const archives = join(folder, 'archives');
  await mkdir(archives);
  const keyFile = join(folder, 'key.pem');
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const settings = {
    KAFKA_BROKERS: backingServices().kafka.brokers.join(','),
    POSTGRES_URL: postgres.url,
    POSTGRES_PASSWORD_FILE: postgres.passwordFile,
    AUDIT_SIGNING_KEY_FILE: keyFile,
    AUDIT_ARCHIVE_FOLDER: archives,
  };
  const drop = () =>
    startJob(
      'retire',
      {
        ...settings,
        AUDIT_RETIRE_DROP: 'true',
        AUDIT_RETIRE_WHO: 'ada',
        AUDIT_RETIRE_WHY: 'the law of archives',
      },
      resources,
    ).end();
  const tables = await monthTables(pool);
  expect(await drop()).toMatchObject({ status: 3, says: expect.stringContaining('that no archive has') });
  expect(await monthTables(pool)).toEqual(tables);

  expect(await startJob('archive', settings, resources).end()).toMatchObject({ status: 0 });
  const [month = ''] = await readdir(archives);
  await rm(join(archives, month, 'manifest.signature.json'));
  expect(await drop()).toMatchObject({ status: 3, says: expect.stringContaining('it is not signed at all') });
  expect(await monthTables(pool)).toEqual(tables);

  await rm(join(archives, month), { recursive: true });
  expect(await startJob('archive', settings, resources).end()).toMatchObject({ status: 0 });
  expect(await drop()).toMatchObject({ status: 0 });
  expect(await monthTables(pool)).not.toHaveProperty(['audit.event_202001']);
});
