import { type Column } from './archive-columns.ts';
import { ndjsonRows } from './ndjson-rows.ts';
import { parquetRows } from './parquet-rows.ts';
import { type RowFile, type RowFormat } from './row-file.ts';

/** Begins a file of rows. */
export function openRowFile(
  format: RowFormat,
  path: string,
  columns: readonly Column[],
  resources: AsyncDisposableStack,
): Promise<RowFile> {
  return format === 'parquet' ? parquetRows(path, columns, resources) : ndjsonRows(path, columns, resources);
}
