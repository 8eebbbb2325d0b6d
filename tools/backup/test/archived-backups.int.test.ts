import { mkdtempDisposable, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOwnPostgres } from '@ssp/testing';
import { Pool } from 'pg';
import { expect, test } from 'vitest';
import { checkArchive } from '../src/check-replay.ts';
import { wantWal } from '../src/keep-newest.ts';
import { takeBase } from '../src/take-base.ts';

const archiveScript = join(import.meta.dirname, '../../../infra/postgres/archive-wal.sh');

test('a backup that is begun while another is taken leaves that one whole', async () => {
  await using resources = new AsyncDisposableStack();
  const { path } = resources.use(await mkdtempDisposable(join(tmpdir(), 'two-backups-')));
  const postgres = await startOwnPostgres(archiveScript, resources);
  const pool = resources.adopt(new Pool({ connectionString: postgres.url }), (it) => it.end());
  // Its server may stop before its connections have closed.
  pool.on('error', () => undefined);
  const to = join(path, 'backups');
  const take = (report: (line: string) => void) => takeBase(pool, postgres.dataDir, to, report);

  const second = Promise.withResolvers<unknown>();
  const first = await take((line) => {
    if (!line.startsWith('copying')) return;
    second.resolve(
      take(() => undefined).then(
        ({ folder }) => folder,
        (error: unknown) => error,
      ),
    );
  });
  expect(await second.promise).toMatchObject({ name: 'CannotBackUpError' });
  const kept = await readdir(join(first.folder, 'data'));
  expect(kept).toEqual(expect.arrayContaining(['PG_VERSION', 'backup_label', 'base', 'global', 'pg_xact']));
  expect(await readdir(join(first.folder, 'data', 'global'))).toContain('pg_control');
  // It is over, and the next is taken.
  expect((await take(() => undefined)).folder).not.toBe(first.folder);
  expect(await readdir(to)).toHaveLength(2);
});

test('WAL that nobody wants yet is not said to be archived', async () => {
  await using resources = new AsyncDisposableStack();
  const postgres = await startOwnPostgres(archiveScript, resources, { onlyWanted: true });
  const pool = resources.adopt(new Pool({ connectionString: postgres.url }), (it) => it.end());
  pool.on('error', () => undefined);
  const { lines, isWell } = await checkArchive(pool);
  expect(lines.join()).toContain('no backup has been taken');
  expect(isWell).toBe(false);
  await wantWal(postgres.walDir);
  expect(await checkArchive(pool)).toMatchObject({ isWell: true });
});
