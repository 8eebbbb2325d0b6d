import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { archiveMonth, type ArchiveSettings } from '../src/archive/archive-month.ts';
import { monthsOlderThan } from '../src/archive/month.ts';
import { openArchives } from '../src/archive/read-archive.ts';
import { whyNotArchived } from '../src/archive/why-not-archived.ts';
import { writeCheckpoints } from '../src/keep-checkpoints.ts';
import { tableSource } from '../src/verify/table-source.ts';
import { verifyAudit } from '../src/verify/verify-audit.ts';
import { verifyArchives } from '../src/verify/verify-archives.ts';
import { archivableAudit, archivedAudit, keys, months, privateKey, verifyFolders } from './archived-audit.ts';
import { writeBatches } from './written-audit.ts';

const settings = (folder: string): ArchiveSettings => ({
  folder,
  format: 'parquet',
  key: privateKey,
  at: new Date(),
});
const unaltered = { faults: [], archiveFaults: [] };

test('what comes late for a month goes to a further archive, and is archived once', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, folder } = await archivedAudit(resources);
  expect(await archiveMonth(pool, months[0], settings(folder))).toBeNull();
  await writeBatches(pool, 4, new Date('2026-03-31T23:59:59.999Z'));
  await writeCheckpoints(pool, privateKey, new Date());
  const late = await archiveMonth(pool, months[0], settings(folder));
  expect(late?.manifest.partitions).toHaveLength(4);
  expect(await archiveMonth(pool, months[0], settings(folder))).toBeNull();
  expect((await readdir(folder)).toSorted()).toEqual(['2026-03', '2026-03.2', '2026-04']);
  expect(await verifyFolders([folder])).toMatchObject({ rows: 240, checkpoints: 20, ...unaltered });
});

test('a month is archived whole once nothing of it is missing from archives that hold', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, folder } = await archivableAudit(resources);
  const why = () => whyNotArchived(pool, months[0], folder, keys);
  expect(await why()).toContain('from offset 0 on ssp.exchange.completed/0 has rows of 2026-03');
  const made = await archiveMonth(pool, months[0], settings(folder));
  expect(await why()).toBeNull();
  await writeBatches(pool, 4, new Date('2026-03-31T23:59:59.999Z'));
  expect(await why()).toContain('from offset 41 on ssp.exchange.completed/0 has rows of 2026-03');
  await archiveMonth(pool, months[0], settings(folder));
  expect(await why()).toBeNull();
  await rm(join(made?.path ?? '', made?.manifest.files[0]?.name ?? ''));
  expect(await why()).toContain('the archive 2026-03 does not hold');
});

test('archives stand in for rows that the tables have no longer', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, folder } = await archivedAudit(resources);
  await changeByHand(async (query) => {
    await query(`delete from audit.event where occurred_at < '2026-04-01'`);
    await query(`delete from audit.full_url where occurred_at < '2026-04-01'`);
  }, pool);
  expect((await verifyAudit(tableSource(pool), keys)).faults).not.toEqual([]);
  const archives = await openArchives([folder]);
  expect(await verifyArchives(archives, tableSource(pool), keys)).toMatchObject({ rows: 192, ...unaltered });
});

test('what tables and archives hold differently is named', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, folder } = await archivedAudit(resources);
  await changeByHand(
    (query) =>
      query(
        `update audit.full_url set url = 'https://elsewhere.example/' where partition = 1 and "offset" = 24`,
      ),
    pool,
  );
  const { faults } = await verifyArchives(await openArchives([folder]), tableSource(pool), keys);
  expect(faults).toContainEqual(
    expect.objectContaining({
      of: 'full URL',
      partition: 1,
      offset: 24n,
      detail: 'the tables and archive 2026-03 do not hold the same',
    }),
  );
});

test('a month that is not as it was written is not archived', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, folder } = await archivableAudit(resources);
  await changeByHand((query) => query(`delete from audit.event where partition = 1 and "offset" = 7`), pool);
  await expect(archiveMonth(pool, months[0], settings(folder))).rejects.toThrow(
    'the event at offset 8 of ssp.exchange.completed/1 does not follow from the row before it',
  );
  expect(await readdir(folder)).toEqual([]);
});

test('months are archived once they have been over for long enough', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await archivableAudit(resources);
  const on = (at: string) => monthsOlderThan(pool, 31, new Date(at));
  expect(await on('2026-05-31T23:59:59.999Z')).toEqual(['2026-03']);
  expect(await on('2026-06-01T00:00:00.000Z')).toEqual(['2026-03', '2026-04']);
});

/** Changes what only the database's owner can: the triggers would refuse. */
async function changeByHand(
  change: (query: (text: string) => Promise<unknown>) => Promise<unknown>,
  pool: Awaited<ReturnType<typeof archivableAudit>>['pool'],
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('set session_replication_role = replica');
    await change((text) => client.query(text));
  } finally {
    client.release(true);
  }
}
