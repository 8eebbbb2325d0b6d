/** What a cell of an archive holds. Hashes and bytes are the same to Parquet; NDJSON writes both as hexadecimal digits. */
export type Cell = string | number | bigint | Date | Buffer | null;

/** The kinds of columns; `pgText` of a kind is what is selected for it. */
export type ColumnKind = 'text' | 'int' | 'bigint' | 'time' | 'bytes';

export type Column = {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Is it there in every row? */
  readonly required?: true;
  /** Is it looked for by its exact value? Then a reader can pass over row groups that have it not. */
  readonly soughtFor?: true;
};

/** The tables that an archive holds rows of, by the names of its files. */
export type ArchivedTable = 'event' | 'full_url' | 'quarantine';

const place: readonly Column[] = [
  { name: 'topic', kind: 'text', required: true },
  { name: 'partition', kind: 'int', required: true },
  { name: 'offset', kind: 'bigint', required: true },
];

/** In a row that follows a row of elsewhere: what that row is. Null in all others, which follow the row above. */
const link: readonly Column[] = [
  { name: 'digest', kind: 'bytes', required: true },
  { name: 'previous_offset', kind: 'bigint' },
  { name: 'previous_digest', kind: 'bytes' },
];

/** The columns of an archive's files: those of the tables, by the same names, and how the rows are linked. */
export const archiveColumns: Readonly<Record<ArchivedTable, readonly Column[]>> = {
  event: [
    ...place,
    { name: 'event_id', kind: 'text', required: true },
    { name: 'kind', kind: 'text', required: true },
    { name: 'occurred_at', kind: 'time', required: true },
    { name: 'internal_id', kind: 'text', soughtFor: true },
    { name: 'trace_id', kind: 'text', soughtFor: true },
    { name: 'from_asid', kind: 'text' },
    { name: 'to_asid', kind: 'text' },
    { name: 'interaction_id', kind: 'text' },
    { name: 'method', kind: 'text' },
    { name: 'redacted_url', kind: 'text' },
    { name: 'status', kind: 'int' },
    { name: 'outcome', kind: 'text' },
    { name: 'refusal', kind: 'text' },
    { name: 'remote_address', kind: 'text' },
    { name: 'certificate_serial', kind: 'text' },
    { name: 'certificate_dn', kind: 'text' },
    { name: 'decision_id', kind: 'text' },
    { name: 'certificate_names', kind: 'text' },
    { name: 'network', kind: 'text' },
    { name: 'sender_ods', kind: 'text' },
    { name: 'receiver_ods', kind: 'text' },
    { name: 'w3c_trace_id', kind: 'text' },
    { name: 'body', kind: 'text', required: true },
    ...link,
  ],
  full_url: [
    ...place,
    { name: 'internal_id', kind: 'text', required: true, soughtFor: true },
    { name: 'occurred_at', kind: 'time', required: true },
    { name: 'url', kind: 'text', required: true },
    ...link,
  ],
  quarantine: [
    ...place,
    { name: 'bytes', kind: 'bytes', required: true },
    { name: 'reason', kind: 'text', required: true },
    { name: 'at', kind: 'time', required: true },
  ],
};

/** Reads cells of a row by their columns' names, each as what it must be. Throws a {@link CellError} where it is something else. */
export class Cells {
  readonly #at: (name: string) => unknown;

  constructor(at: (name: string) => unknown) {
    this.#at = at;
  }

  text(name: string): string {
    return this.textOrNull(name) ?? wrong(name);
  }

  textOrNull(name: string): string | null {
    const cell = this.#at(name) ?? null;
    return cell === null || typeof cell === 'string' ? cell : wrong(name);
  }

  int(name: string): number {
    return this.intOrNull(name) ?? wrong(name);
  }

  intOrNull(name: string): number | null {
    const cell = this.#at(name) ?? null;
    return cell === null || typeof cell === 'number' ? cell : wrong(name);
  }

  bigint(name: string): bigint {
    return this.bigintOrNull(name) ?? wrong(name);
  }

  bigintOrNull(name: string): bigint | null {
    const cell = this.#at(name) ?? null;
    return cell === null || typeof cell === 'bigint' ? cell : wrong(name);
  }

  time(name: string): Date {
    const cell = this.#at(name);
    return cell instanceof Date ? cell : wrong(name);
  }

  bytes(name: string): Buffer {
    return this.bytesOrNull(name) ?? wrong(name);
  }

  bytesOrNull(name: string): Buffer | null {
    const cell = this.#at(name) ?? null;
    if (cell === null || Buffer.isBuffer(cell)) return cell;
    return cell instanceof Uint8Array
      ? Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength)
      : wrong(name);
  }
}

/** A cell that is not what its column holds. */
export class CellError extends Error {
  override readonly name = 'CellError';
}

function wrong(name: string): never {
  throw new CellError(`column ${name} does not hold what it should`);
}
