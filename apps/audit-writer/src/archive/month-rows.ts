import { type Queryable } from '../queryable.ts';
import { type ChainKind } from '../verify/chain-source.ts';
import { archiveColumns, type Cell, type Column, type ColumnKind } from './archive-columns.ts';
import { monthSpan } from './month.ts';

/** Small, since a page's bodies stand in memory at once. */
const PAGE_ROWS = 1_000;

/** Rows of a partition, of one month, at `from` or beyond, and below `nextOffset`. */
export type MonthStretch = {
  readonly month: string;
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
  readonly nextOffset: bigint;
};

/** A row of a chain: what its digest covers, and its cells in the order of the archive's columns, but for those of the link. */
export type MonthRow = {
  readonly offset: bigint;
  readonly texts: readonly string[];
  readonly digest: Buffer;
  readonly cells: readonly Cell[];
};

type PgRow = Readonly<Record<string, string | number | Date | Buffer | null>>;

const tables = { event: 'event', url: 'full_url' } as const;
/** The columns of a chain's table; the link stands in archives alone. */
const storedColumns = {
  event: archiveColumns.event.filter(({ name }) => !name.startsWith('previous_')),
  url: archiveColumns.full_url.filter(({ name }) => !name.startsWith('previous_')),
} as const;

const page = (kind: ChainKind) => `
  select ${storedColumns[kind].map((column) => selected(column)).join(', ')}
  from audit.${tables[kind]}
  where topic = $1 and partition = $2 and ("offset", occurred_at) > ($3, $4) and "offset" < $5
    and occurred_at >= $6 and occurred_at < $7
  order by "offset", occurred_at
  limit $8`;
const pages = { event: page('event'), url: page('url') };

/** A month's rows of a chain in the order of their offsets. */
export async function* monthRows(
  db: Queryable,
  kind: ChainKind,
  { month, topic, partition, from, nextOffset }: MonthStretch,
): AsyncGenerator<MonthRow> {
  const { since, end } = monthSpan(month);
  const columns = storedColumns[kind];
  let after: readonly (string | Date)[] = [String(from - 1n), 'infinity'];
  for (;;) {
    const { rows } = await db.query<PgRow>(pages[kind], [
      topic,
      partition,
      ...after,
      String(nextOffset),
      since,
      end,
      PAGE_ROWS,
    ]);
    for (const row of rows) {
      const cells = columns.map((column) => cellOf(column.kind, row[column.name] ?? null));
      yield {
        offset: BigInt(text(row, 'offset')),
        texts: textsOf(kind, row),
        digest: bytes(row, 'digest'),
        cells,
      };
    }
    const last = rows.at(-1);
    if (!last) return;
    after = [text(last, 'offset'), time(last, 'occurred_at')];
  }
}

function selected({ name }: Column): string {
  return name === 'body' || name === 'internal_id' ? `${name}::text as ${name}` : `"${name}"`;
}

function textsOf(kind: ChainKind, row: PgRow): readonly string[] {
  if (kind === 'event') return [text(row, 'body')];
  return [text(row, 'internal_id'), time(row, 'occurred_at').toISOString(), text(row, 'url')];
}

function cellOf(kind: ColumnKind, value: PgRow[string] | undefined): Cell {
  return kind === 'bigint' && typeof value === 'string' ? BigInt(value) : (value ?? null);
}

function text(row: PgRow, name: string): string {
  const value = row[name];
  return typeof value === 'string' ? value : noSuch(name);
}

function time(row: PgRow, name: string): Date {
  const value = row[name];
  return value instanceof Date ? value : noSuch(name);
}

function bytes(row: PgRow, name: string): Buffer {
  const value = row[name];
  return Buffer.isBuffer(value) ? value : noSuch(name);
}

function noSuch(name: string): never {
  throw new Error(`the table gave no ${name}`);
}
