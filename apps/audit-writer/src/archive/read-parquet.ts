import { open } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { Cells } from './archive-columns.ts';

/** More than any row group that is ever written; what claims more is not read. */
const MOST_GROUP_ROWS = 100_000;

const parsers = {
  // Byte for byte: the one that is built in drops a leading U+FEFF.
  stringFromBytes: (bytes: Uint8Array) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'),
};

function unzstd(input: Uint8Array, bytes: number): Uint8Array {
  // A page of nulls alone has no bytes, and a bound of none is refused.
  return zstdDecompressSync(input, { maxOutputLength: Math.max(1, bytes) });
}

/** Reads the rows of a Parquet file, a row group at a time. Throws what reading throws where it is none. */
export async function* readParquet(path: string): AsyncGenerator<Cells> {
  await using handle = await open(path, 'r');
  const { size } = await handle.stat();
  const file: AsyncBuffer = {
    byteLength: size,
    slice: async (start, end = size) => {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
      const { bytesRead } = await handle.read(bytes, 0, bytes.byteLength, start);
      if (bytesRead < bytes.byteLength) throw new Error('the file became shorter while it was read');
      return bytes.buffer;
    },
  };
  const metadata = await parquetMetadataAsync(file);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    if (rows > MOST_GROUP_ROWS) throw new Error('a row group is larger than any that is written');
    const rowEnd = rowStart + rows;
    const read = await parquetReadObjects({
      file,
      metadata,
      rowStart,
      rowEnd,
      utf8: false,
      parsers,
      compressors: { ZSTD: unzstd },
    });
    for (const row of read) yield new Cells((name) => row[name]);
    rowStart = rowEnd;
  }
}
