import { type Cell } from './archive-columns.ts';
import { type FileFacts } from './hashed-file.ts';

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
