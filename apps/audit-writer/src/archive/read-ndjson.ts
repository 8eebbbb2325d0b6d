import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { archiveColumns, type ArchivedTable, Cells, type ColumnKind } from './archive-columns.ts';

const Row = z.record(z.string(), z.union([z.string(), z.int(), z.null()]));
const Hex = z.string().regex(/^([0-9a-f]{2})*$/);
const Time = z.iso.datetime({ precision: 3 });

/** Reads lines of text that were compressed with gzip. Throws where the file is none, or is cut off. */
export async function* readGzipLines(path: string): AsyncGenerator<string> {
  const gunzip = createGunzip();
  const piped = pipeline(createReadStream(path), gunzip);
  piped.catch(() => undefined);
  // The interface passes on no error of its input, so what broke is asked for at the end.
  for await (const line of createInterface({ input: gunzip, crlfDelay: Infinity })) yield line;
  await piped;
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
