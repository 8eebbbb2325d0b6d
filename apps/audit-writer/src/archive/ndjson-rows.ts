import { once } from 'node:events';
import { createGzip } from 'node:zlib';
import { type Cell, type Column } from './archive-columns.ts';
import { HashedFile } from './hashed-file.ts';
import { type RowFile } from './row-file.ts';

const CHUNK_CHARS = 1_000_000;

/** Writes rows as JSON, one a line, compressed with gzip. */
export async function ndjsonRows(
  path: string,
  columns: readonly Column[],
  resources: AsyncDisposableStack,
): Promise<RowFile> {
  const lines = await gzipLines(path, resources);
  return {
    add: async (cells) => {
      const row: Record<string, string | number | null> = {};
      for (const [at, { name }] of columns.entries()) row[name] = jsonCell(cells[at] ?? null);
      await lines.add(JSON.stringify(row));
    },
    end: lines.end,
  };
}

/** Lines of text in a new file, compressed with gzip. */
export async function gzipLines(path: string, resources: AsyncDisposableStack) {
  const file = await HashedFile.make(path, resources);
  const gzip = createGzip();
  resources.defer(() => void gzip.destroy());
  const written = (async () => {
    for await (const chunk of gzip) await file.write(chunk);
  })();
  // It rejects for whoever ends the file; until then nobody waits for it.
  written.catch(() => undefined);
  let waiting = '';
  const push = async () => {
    const isTaken = gzip.write(waiting);
    waiting = '';
    if (!isTaken) await Promise.race([once(gzip, 'drain'), written]);
  };
  return {
    add: async (line: string) => {
      waiting += `${line}\n`;
      if (waiting.length >= CHUNK_CHARS) await push();
    },
    end: async () => {
      gzip.end(waiting);
      await written;
      return file.end();
    },
  };
}

function jsonCell(cell: Cell): string | number | null {
  if (typeof cell === 'bigint') return String(cell);
  if (cell instanceof Date) return cell.toISOString();
  return Buffer.isBuffer(cell) ? cell.toString('hex') : cell;
}
