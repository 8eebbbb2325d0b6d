import { zstdCompressSync } from 'node:zlib';
import { type SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { type Cell, type Column } from './archive-columns.ts';
import { type FileFacts, HashedFile } from './hashed-file.ts';
import { type RowFile } from './row-file.ts';

/** Rows to a row group, and their text, whichever comes first: a row group is what stands in memory, here and where it is read. */
const GROUP_ROWS = 10_000;
const GROUP_CHARS = 16_000_000;

const elements = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  int: { type: 'INT32' },
  bigint: { type: 'INT64' },
  time: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  bytes: { type: 'BYTE_ARRAY' },
} as const;

/** Columns whose least and greatest value help nobody to find a row. */
const unsorted = new Set(['body', 'url', 'bytes', 'digest', 'previous_digest', 'redacted_url']);

/** Writes rows as Parquet, compressed with Zstandard, a row group in memory at a time. */
export async function parquetRows(
  path: string,
  columns: readonly Column[],
  resources: AsyncDisposableStack,
): Promise<RowFile> {
  const file = await HashedFile.make(path, resources);
  const schema: SchemaElement[] = [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, kind, required }) => ({
      name,
      repetition_type: required ? ('REQUIRED' as const) : ('OPTIONAL' as const),
      ...elements[kind],
    })),
  ];
  const bytes = new ByteWriter(1 << 20);
  const parquet = new ParquetWriter({
    writer: bytes,
    schema,
    codec: 'ZSTD',
    compressors: { ZSTD: (input) => zstdCompressSync(input) },
    createdBy: 'spine-secure-proxy audit archive',
  });
  let group: Cell[][] = columns.map(() => []);
  let chars = 0;
  const flush = async () => {
    await file.write(bytes.getBytes());
    bytes.index = 0;
  };
  const writeGroup = async () => {
    const rows = group[0]?.length ?? 0;
    if (rows === 0) return;
    const columnData = columns.map(({ name, soughtFor }, at) => ({
      name,
      data: group[at] ?? [],
      offsetIndex: false,
      statistics: !unsorted.has(name),
      ...(soughtFor && { bloomFilter: true }),
    }));
    group = columns.map(() => []);
    chars = 0;
    await parquet.write({ columnData, rowGroupSize: rows });
    await flush();
  };
  return {
    add: async (cells) => {
      for (const [at, cell] of cells.entries()) {
        group[at]?.push(cell);
        if (typeof cell === 'string') chars += cell.length;
        else if (Buffer.isBuffer(cell)) chars += cell.length;
      }
      if ((group[0]?.length ?? 0) >= GROUP_ROWS || chars >= GROUP_CHARS) await writeGroup();
    },
    end: async (): Promise<FileFacts> => {
      await writeGroup();
      await parquet.finish();
      await flush();
      return file.end();
    },
  };
}
