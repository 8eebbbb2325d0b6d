import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { archiveColumns, type ArchivedTable, Cells, type ColumnKind } from './archive-columns.ts';

const Row = z.record(z.string(), z.union([z.string(), z.int(), z.null()]));
const Hex = z.string().regex(/^([0-9a-f]{2})*$/);
const Time = z.iso.datetime({ precision: 3 });

/** Reads lines of text that were compressed with gzip. Throws where the file is none, or is cut off. */
export async function* readGzipLines(path: string): AsyncGenerator<string> {
  const gunzip = createGunzip();
  // Whoever reads on is told of an error; where nobody does, it concerns nobody.
  gunzip.on('error', () => undefined);
  const file = createReadStream(path).on('error', (error) => gunzip.destroy(error));
  try {
    let rest = '';
    for await (const chunk of file.pipe(gunzip).setEncoding('utf8')) {
      const lines = `${rest}${String(chunk)}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    if (rest !== '') throw new Error('the last line is cut off');
  } finally {
    file.destroy();
  }
}

/** Reads the rows of a file of JSON lines. Throws where a line is no row. */
export async function* readNdjson(path: string, table: ArchivedTable): AsyncGenerator<Cells> {
  const kinds = new Map(archiveColumns[table].map(({ name, kind }) => [name, kind]));
  for await (const line of readGzipLines(path)) {
    const row = Row.parse(JSON.parse(line));
    yield new Cells((name) => fromJson(row[name] ?? null, kinds.get(name)));
  }
}

function fromJson(value: string | number | null, kind: ColumnKind | undefined): unknown {
  if (typeof value !== 'string') return value;
  switch (kind) {
    case 'bigint':
      return BigInt(value);
    case 'time':
      return new Date(Time.parse(value));
    case 'bytes':
      return Buffer.from(Hex.parse(value), 'hex');
    default:
      return value;
  }
}
