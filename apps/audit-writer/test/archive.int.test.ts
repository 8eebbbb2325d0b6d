import { expect, test } from 'vitest';
import { archivedAudit, keys, months, verifyFolders } from './archived-audit.ts';
import { openArchives } from '../src/archive/read-archive.ts';
import { rowFormats } from '../src/archive/row-file.ts';
import { tableSource } from '../src/verify/table-source.ts';
import { verifyArchives } from '../src/verify/verify-archives.ts';

test.for(rowFormats)(
  'archives of all months as %s are found unaltered, together, one by one and with the tables',
  async (format) => {
    await using resources = new AsyncDisposableStack();
    const { pool, folder, archives } = await archivedAudit(resources, format);
    expect(archives).toHaveLength(months.length);
    const faultless = { retired: 0, faults: [], archiveFaults: [] };
    const rows = 4 * 8 * 4 + 4 * 8 * 2;
    expect(await verifyFolders([folder])).toEqual({
      partitions: 4,
      rows,
      checkpoints: 16,
      ...faultless,
    });
    for (const archive of archives) {
      expect(await verifyFolders([archive])).toMatchObject({ partitions: 4, rows: rows / 2, ...faultless });
    }
    const tables = tableSource(pool);
    expect(await verifyArchives(await openArchives([folder]), tables, keys)).toEqual({
      partitions: 4,
      rows,
      checkpoints: 16,
      ...faultless,
    });
  },
);
