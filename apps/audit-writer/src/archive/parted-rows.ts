import { join } from 'node:path';
import { archiveColumns, type ArchivedTable, type Cell } from './archive-columns.ts';
import { type ArchiveFile } from './manifest.ts';
import { type RowFile, rowFileEndings, type RowFormat } from './row-file.ts';
import { openRowFile } from './open-row-file.ts';

/** Rows to a file: it bounds what its reader, and its writer, must know of it at once. */
const FILE_ROWS = 1_000_000;

/** Whose rows are written, and where to. */
export type RowsOf = {
  readonly folder: string;
  readonly format: RowFormat;
  readonly table: ArchivedTable;
  readonly topic: string;
  readonly partition: number;
};

/** Writes rows of one table and partition to as many files as they need. */
export class PartedRows {
  readonly #of: RowsOf;
  readonly #resources: AsyncDisposableStack;
  readonly #files: ArchiveFile[] = [];
  #open: { readonly name: string; readonly file: RowFile; rows: number } | null = null;

  constructor(of: RowsOf, resources: AsyncDisposableStack) {
    this.#of = of;
    this.#resources = resources;
  }

  async add(cells: readonly Cell[]): Promise<void> {
    this.#open ??= await this.#begin();
    await this.#open.file.add(cells);
    this.#open.rows += 1;
    if (this.#open.rows === FILE_ROWS) await this.#finish();
  }

  /** Resolves once all is on disk. */
  async end(): Promise<readonly ArchiveFile[]> {
    await this.#finish();
    return this.#files;
  }

  async #begin() {
    const { folder, format, table, topic, partition } = this.#of;
    const part = String(this.#files.length + 1).padStart(4, '0');
    const name = `${table}-${topic}-${partition}-${part}${rowFileEndings[format]}`;
    const file = await openRowFile(format, join(folder, name), archiveColumns[table], this.#resources);
    return { name, file, rows: 0 };
  }

  async #finish(): Promise<void> {
    if (!this.#open) return;
    const { name, file, rows } = this.#open;
    const { table, topic, partition } = this.#of;
    this.#open = null;
    this.#files.push({ name, table, topic, partition, rows, ...(await file.end()) });
  }
}
