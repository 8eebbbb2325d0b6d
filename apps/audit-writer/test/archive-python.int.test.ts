import { execFile } from 'node:child_process';
import { cp, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { manifestName, signatureName, signManifest } from '../src/archive/manifest.ts';
import { openArchive } from '../src/archive/read-archive.ts';
import { type RowFormat } from '../src/archive/row-file.ts';
import { statementLine } from '../src/statement.ts';
import { archiveEdits, type ExpectedOfEdit } from './archive-edits.ts';
import { archivedAudit, privateKey, publicKey } from './archived-audit.ts';

const verifier = fileURLToPath(new URL('../../../examples/verify-audit/verify_archive.py', import.meta.url));

/** Runs the independent verifier; a machine without python3 fails the test rather than pass it by. */
function verify(folders: readonly string[], keyFile: string): Promise<{ status: unknown; says: string }> {
  return new Promise((resolve, reject) => {
    execFile('python3', ['-B', verifier, ...folders, '--key', keyFile], (error, stdout, stderr) => {
      if (error && error.code === 'ENOENT')
        reject(new Error('python3 is needed to run the verifier of the audit'));
      else resolve({ status: error ? error.code : 0, says: stdout + stderr });
    });
  });
}

async function archived(resources: AsyncDisposableStack, format: RowFormat) {
  const { folder, archives } = await archivedAudit(resources, format);
  const keyFile = join(folder, 'key.pem');
  await writeFile(keyFile, publicKey.export({ type: 'spki', format: 'pem' }));
  return { archives, keyFile };
}

test.for([
  { format: 'ndjson', rows: '96 rows' },
  { format: 'parquet', rows: "rows by their files' hashes" },
] as const)(
  'archives as $format hold for a verifier that knows the written format alone',
  async ({ format, rows }) => {
    await using resources = new AsyncDisposableStack();
    const { archives, keyFile } = await archived(resources, format);
    const { status, says } = await verify(archives, keyFile);
    expect(says.split('\n').slice(0, -1)).toEqual([
      expect.stringMatching(new RegExp(`^holds: 2026-03: \\d+ files, ${rows}, 12 checkpoints$`)),
      expect.stringMatching(new RegExp(`^holds: 2026-04: \\d+ files, ${rows}, 12 checkpoints$`)),
    ]);
    expect(status).toBe(0);
  },
);

/** Is nothing wrong with the files but that their manifest is not the one that was signed? */
function isOfRowsAlone({ files, rows }: ExpectedOfEdit): boolean {
  return files?.file === null && rows !== undefined;
}

async function signAnew(folder: string): Promise<void> {
  const { manifest } = await openArchive(folder);
  const signed = signManifest(manifest, await readFile(join(folder, manifestName)), privateKey);
  await writeFile(join(folder, signatureName), statementLine(signed));
}

test.for([
  { who: 'without the key', hasKey: false },
  { who: 'with the key, so that rows and checkpoints alone tell', hasKey: true },
])('whatever somebody $who edits of an archive, that verifier finds it', async ({ hasKey }) => {
  await using resources = new AsyncDisposableStack();
  const { archives, keyFile } = await archived(resources, 'ndjson');
  const [first = ''] = archives;
  const edited: string[] = [];
  // Columns beside the body are not hashed; that they agree with it is for `verify` to say.
  const { 'alter a column': ofColumn, ...hashed } = archiveEdits;
  const made = hasKey
    ? Object.values(hashed).filter(({ expected }) => isOfRowsAlone(expected))
    : [ofColumn, ...Object.values(hashed)];
  for (const [at, edit] of made.entries()) {
    const copies = resources.use(await mkdtempDisposable(join(tmpdir(), 'audit-archive-')));
    const folder = join(copies.path, `${at}-${basename(first)}`);
    await cp(first, folder, { recursive: true });
    await edit?.make(folder);
    if (hasKey) await signAnew(folder);
    edited.push(folder);
  }
  const { status, says } = await verify(edited, keyFile);
  expect(says.split('\n').filter((line) => line.startsWith('holds'))).toEqual([]);
  expect(says.match(/^does not hold: /gm)).toHaveLength(edited.length);
  expect(status).toBe(3);
});
