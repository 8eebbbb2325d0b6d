import { type Cell, type Column } from './archive-columns.ts';
import { type FileFacts } from './hashed-file.ts';
import { ndjsonRows } from './ndjson-rows.ts';
import { parquetRows } from './parquet-rows.ts';

/** The forms that rows are written in. */
export const rowFormats = ['parquet', 'ndjson'] as const;
export type RowFormat = (typeof rowFormats)[number];

/** A file of rows that is being written. */
export type RowFile = {
  /** Cells in the order of the columns. To be waited for. */
  readonly add: (cells: readonly Cell[]) => Promise<void>;
  /** Resolves once all is on disk. */
  readonly end: () => Promise<FileFacts>;
};

/** What the names of files with rows end in. */
export const rowFileEndings: Readonly<Record<RowFormat, string>> = {
  parquet: '.parquet',
  ndjson: '.ndjson.gz',
};

/** Begins a file of rows. */
export function openRowFile(
  format: RowFormat,
  path: string,
  columns: readonly Column[],
  resources: AsyncDisposableStack,
): Promise<RowFile> {
  return format === 'parquet' ? parquetRows(path, columns, resources) : ndjsonRows(path, columns, resources);
}
