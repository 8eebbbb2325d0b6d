import { cp, mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { rowFormats } from '../src/archive/row-file.ts';
import { archiveEdits } from './archive-edits.ts';
import { archivedAudit, verifyFolders } from './archived-audit.ts';

test.for(rowFormats)(
  'whatever is edited of an archive as %s is found and named',
  { timeout: 60_000 },
  async (format) => {
    await using resources = new AsyncDisposableStack();
    const { archives } = await archivedAudit(resources, format);
    const [first = ''] = archives;
    const unfound: string[] = [];
    for (const [name, { make, expected }] of Object.entries(archiveEdits)) {
      await using copy = await mkdtempDisposable(join(tmpdir(), 'audit-archive-'));
      const folder = join(copy.path, basename(first));
      await cp(first, folder, { recursive: true });
      await make(folder);
      const { faults, archiveFaults } = await verifyFolders([folder]);
      const isNamed =
        isAmong(archiveFaults, expected.files) &&
        (expected.rows === undefined || isAmong(faults, expected.rows));
      if (!isNamed)
        unfound.push(`${name}: ${[...faults, ...archiveFaults].map((it) => describe(it)).join('; ')}`);
    }
    expect(unfound).toEqual([]);
  },
);

function isAmong(faults: readonly object[], expected: object = {}): boolean {
  return faults.some((fault) =>
    Object.entries(expected).every(([name, value]) => Reflect.get(fault, name) === value),
  );
}

function describe(fault: object): string {
  return Object.values(fault).join(' ');
}
