import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExchangeReceived } from '@ssp/contracts';
import { archiveColumns, type ArchivedTable, type Cell } from '../src/archive/archive-columns.ts';
import { type ArchiveFile, manifestBytes, manifestName, signatureName } from '../src/archive/manifest.ts';
import { gzipLines } from '../src/archive/ndjson-rows.ts';
import { hashFile, openArchive, readRows } from '../src/archive/read-archive.ts';
import { readGzipLines } from '../src/archive/read-ndjson.ts';
import { openRowFile } from '../src/archive/open-row-file.ts';
import { chainDigest } from '../src/hash-chain.ts';
import { type ArchiveFault } from '../src/verify/archive-faults.ts';
import { type Fault } from '../src/verify/fault.ts';

const topic = ExchangeReceived.topic;
const partition = 1;
/** Where the rows are edited: the fourth of the first month's, which has checkpoints before and behind it. */
export const edited = 8;

/** What must be said of an edit, among other things. */
export type ExpectedOfEdit = {
  readonly files?: Partial<ArchiveFault>;
  readonly rows?: Partial<Fault>;
};
/** A change that whoever may write to an archive's folder could make. */
export type ArchiveEdit = {
  readonly make: (folder: string) => Promise<void>;
  readonly expected: ExpectedOfEdit;
};

type Row = Map<string, Cell>;

/** Every kind of edit by its name. Rows are edited so that the files are whole again and the manifest tells of them. */
export const archiveEdits: Readonly<Record<string, ArchiveEdit>> = {
  'flip a bit in the rows': {
    make: async (folder) => flipBit(join(folder, (await fileOf(folder, 'event')).name), 200),
    expected: { files: { kind: 'altered' }, rows: { of: 'event' } },
  },
  'flip a bit in the middle of a file': {
    make: async (folder) => {
      const { name, bytes } = await fileOf(folder, 'event');
      await flipBit(join(folder, name), Math.floor(bytes / 2));
    },
    expected: { files: { kind: 'altered' } },
  },
  'flip a bit in the end of a file': {
    make: async (folder) => {
      const { name, bytes } = await fileOf(folder, 'event');
      await flipBit(join(folder, name), bytes - 6);
    },
    expected: { files: { kind: 'altered' } },
  },
  'cut a file off': {
    make: async (folder) => {
      const { name, bytes } = await fileOf(folder, 'full_url');
      await using file = await open(join(folder, name), 'r+');
      await file.truncate(bytes - 20);
    },
    expected: { files: { kind: 'altered' }, rows: { of: 'full URL', kind: 'altered' } },
  },
  'take a file away': {
    make: async (folder) => rm(join(folder, (await fileOf(folder, 'event')).name)),
    expected: { files: { kind: 'missing' }, rows: { kind: 'altered', offset: 5n } },
  },
  'swap two files': {
    make: async (folder) => {
      const [one, other] = [await fileOf(folder, 'event'), await fileOf(folder, 'event', 0)];
      await rename(join(folder, one.name), join(folder, 'aside'));
      await rename(join(folder, other.name), join(folder, one.name));
      await rename(join(folder, 'aside'), join(folder, other.name));
    },
    expected: { files: { kind: 'altered' }, rows: { kind: 'altered', offset: 5n } },
  },
  'alter a body': {
    make: rows('event', (all) => replace(all, 'body', (body) => String(body).replace('GET', 'PUT'))),
    expected: { ...resigned(), rows: { of: 'event', kind: 'altered', offset: BigInt(edited) } },
  },
  'alter a column': {
    make: rows('event', (all) => replace(all, 'trace_id', () => 'another')),
    expected: { ...resigned(), rows: { of: 'event', kind: 'altered', offset: BigInt(edited) } },
  },
  'alter a full URL': {
    make: rows('full_url', (all) => replace(all, 'url', (url) => `${String(url)}0`)),
    expected: { ...resigned(), rows: { of: 'full URL', kind: 'altered', offset: BigInt(edited) } },
  },
  'alter the time of a full URL': {
    make: rows('full_url', (all) => replace(all, 'occurred_at', () => new Date(0))),
    expected: { ...resigned(), rows: { of: 'full URL', kind: 'altered', offset: BigInt(edited) } },
  },
  'alter a digest': {
    make: rows('event', (all) => replace(all, 'digest', () => Buffer.alloc(32, 1))),
    expected: { ...resigned(), rows: { of: 'event', kind: 'altered', offset: BigInt(edited) } },
  },
  'rewrite a chain from an event on': {
    make: rows('event', (all) => {
      const altered = replace(all, 'body', (body) => String(body).replace('"1.0"', '"1.1"'));
      return rechained(altered);
    }),
    expected: { ...resigned(), rows: { of: 'event', kind: 'altered' } },
  },
  'take an event out': {
    make: rows('event', (all) => all.filter((row) => row.get('offset') !== BigInt(edited))),
    expected: { ...resigned(), rows: { of: 'event', kind: 'missing', offset: BigInt(edited) } },
  },
  'take events out, and say that they stand elsewhere': {
    make: rows('event', (all) => {
      const left = all.filter((row) => row.get('offset') !== BigInt(edited));
      const out = all.find((row) => row.get('offset') === BigInt(edited));
      return left.map((row) =>
        row.get('offset') === BigInt(edited + 2)
          ? new Map([
              ...row,
              ['previous_offset', BigInt(edited)],
              ['previous_digest', out?.get('digest') ?? null],
            ])
          : row,
      );
    }),
    expected: resigned(),
  },
  'take a full URL out': {
    make: rows('full_url', (all) => all.filter((row) => row.get('offset') !== BigInt(edited))),
    expected: { ...resigned(), rows: { of: 'full URL', kind: 'missing', offset: BigInt(edited) } },
  },
  'take the last events out': {
    make: rows('event', (all) => all.slice(0, -2)),
    expected: { ...resigned(), rows: { of: 'event', kind: 'altered' } },
  },
  'repeat an event': {
    make: rows('event', (all) =>
      all.flatMap((row) => (row.get('offset') === BigInt(edited) ? [row, row] : [row])),
    ),
    expected: { ...resigned(), rows: { of: 'event', kind: 'repeated', offset: BigInt(edited) } },
  },
  'change the order of two events': {
    make: rows('event', (all) => swapped(all)),
    expected: { ...resigned(), rows: { of: 'event', kind: 're-ordered', offset: BigInt(edited) } },
  },
  'change the order of two full URLs': {
    make: rows('full_url', (all) => swapped(all)),
    expected: { ...resigned(), rows: { of: 'full URL', kind: 're-ordered', offset: BigInt(edited) } },
  },
  'alter a record put aside': {
    make: rows('quarantine', (all) => all.map((row) => new Map([...row, ['reason', '']]))),
    expected: { ...resigned(), rows: { of: 'record put aside', kind: 'altered' } },
  },
  'take a record put aside out': {
    make: rows('quarantine', (all) => all.slice(1)),
    expected: { ...resigned(), rows: { of: 'event', kind: 'missing', offset: 9n } },
  },
  'alter a checkpoint': {
    make: checkpoints((lines) => lines.map((line) => line.replace(/"[0-9a-f]{64}"/, `"${'0'.repeat(64)}"`))),
    expected: { ...resigned(), rows: { of: 'checkpoint', kind: 'not signed by a known key' } },
  },
  'take a checkpoint out': {
    make: checkpoints((lines) => lines.toSpliced(1, 1)),
    expected: { ...resigned(), rows: { of: 'checkpoint', kind: 'missing', offset: 23n } },
  },
  'take the signature away': {
    make: async (folder) => rm(join(folder, signatureName)),
    expected: { files: { kind: 'not signed by a known key' } },
  },
  'alter the signature': {
    make: async (folder) => writeFile(join(folder, signatureName), '{}'),
    expected: { files: { kind: 'not signed by a known key' } },
  },
  'leave a partition out': {
    make: async (folder) => {
      const { manifest } = await openArchive(folder);
      const partitions = manifest.partitions.slice(1);
      await writeFile(join(folder, manifestName), manifestBytes({ ...manifest, partitions }));
    },
    expected: resigned(),
  },
};

/** What is found of a manifest that was made to fit what was edited, by somebody without the key. */
function resigned() {
  return { files: { file: null, kind: 'not signed by a known key' } } as const;
}

function rows(table: ArchivedTable, edit: (rows: readonly Row[]) => readonly Row[]): ArchiveEdit['make'] {
  return async (folder) => {
    await using resources = new AsyncDisposableStack();
    const archive = await openArchive(folder);
    const file = await fileOf(folder, table);
    const columns = archiveColumns[table];
    const all: Row[] = [];
    for await (const cells of readRows(archive, file, table)) {
      const readers = {
        text: (name: string) => cells.textOrNull(name),
        int: (name: string) => cells.intOrNull(name),
        bigint: (name: string) => cells.bigintOrNull(name),
        time: (name: string) => cells.time(name),
        bytes: (name: string) => cells.bytesOrNull(name),
      };
      all.push(new Map(columns.map(({ name, kind }) => [name, readers[kind](name)])));
    }
    const path = join(folder, file.name);
    await rm(path);
    const written = await openRowFile(archive.manifest.rows, path, columns, resources);
    const left = edit(all);
    for (const row of left) await written.add(columns.map(({ name }) => row.get(name) ?? null));
    await written.end();
    await fit(folder, file, left.length);
  };
}

function checkpoints(edit: (lines: readonly string[]) => readonly string[]): ArchiveEdit['make'] {
  return async (folder) => {
    await using resources = new AsyncDisposableStack();
    const file = await fileOf(folder, 'checkpoint');
    const path = join(folder, file.name);
    const lines = edit(await Array.fromAsync(readGzipLines(path)));
    await rm(path);
    const written = await gzipLines(path, resources);
    for (const line of lines) await written.add(line);
    await written.end();
    await fit(folder, file, lines.length);
  };
}

/** Has the manifest tell of a file as it is now. */
async function fit(folder: string, file: ArchiveFile, count: number): Promise<void> {
  const { manifest } = await openArchive(folder);
  const facts = await hashFile(join(folder, file.name));
  const files = manifest.files.map((it) => (it.name === file.name ? { ...it, ...facts, rows: count } : it));
  await writeFile(join(folder, manifestName), manifestBytes({ ...manifest, files }));
}

async function fileOf(folder: string, table: ArchiveFile['table'], of = partition): Promise<ArchiveFile> {
  const { manifest } = await openArchive(folder);
  const file = manifest.files.find((it) => it.table === table && it.topic === topic && it.partition === of);
  if (!file) throw new Error(`${folder} has no ${table}`);
  return file;
}

async function flipBit(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 4;
  await writeFile(path, bytes);
}

function replace(all: readonly Row[], column: string, edit: (cell: Cell) => Cell): readonly Row[] {
  return all.map((row) =>
    row.get('offset') === BigInt(edited) ? new Map([...row, [column, edit(row.get(column) ?? null)]]) : row,
  );
}

function swapped(all: readonly Row[]): readonly Row[] {
  const at = all.findIndex((row) => row.get('offset') === BigInt(edited));
  const [one, other] = [all[at], all[at + 1]];
  return one && other ? all.toSpliced(at, 2, other, one) : all;
}

/** Makes every digest fit the rows as they are. */
function rechained(all: readonly Row[]): readonly Row[] {
  let digest: Buffer = Buffer.alloc(32);
  return all.map((row) => {
    const before = row.get('previous_digest');
    if (Buffer.isBuffer(before) && row.get('previous_offset') !== null) digest = before;
    const place = { topic, partition, offset: BigInt(String(row.get('offset'))) };
    digest = chainDigest(digest, place, [String(row.get('body'))]);
    return new Map([...row, ['digest', digest]]);
  });
}
