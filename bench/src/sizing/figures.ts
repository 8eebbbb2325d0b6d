/** What a request costs at a rate, in microseconds of CPU by process. */
export type CostRow = { readonly requestsPerSecond: number; readonly us: Readonly<Record<string, number>> };

/** What the benches have measured, as far as sizes follow from it. */
export type Figures = {
  /** By ascending rate: batches fill as it rises, and each request costs less. */
  readonly rows: readonly CostRow[];
  /** Of one of the two rows of an exchange, with its indexes. */
  readonly auditRowBytes: number;
  /** Of both events of an exchange in Kafka. */
  readonly eventBytes: number;
  readonly eventsPerSecondOfTwoWriters: number;
  readonly ledgerBytes: number;
  /** All sums of usage, of each exchange of the month. */
  readonly sumsBytes: number;
  /** Of an ask with every kind of limit and shares kept. */
  readonly redisUsAtWorst: number;
  /** Longest pause of a collection of young garbage. */
  readonly collectionMs: number;
};

/** The cost at a rate: between two that were measured on the line from one to the other, beyond them as at the nearest. */
export function costAt({ rows }: Pick<Figures, 'rows'>, requestsPerSecond: number, process: string): number {
  const below = rows.findLast((it) => it.requestsPerSecond <= requestsPerSecond) ?? rows[0];
  const above = rows.find((it) => it.requestsPerSecond > requestsPerSecond) ?? rows.at(-1);
  const [least, most] = [below?.us[process], above?.us[process]];
  if (below === undefined || above === undefined || least === undefined || most === undefined) {
    throw new RangeError(`nothing was measured of ${process}`);
  }
  const span = above.requestsPerSecond - below.requestsPerSecond;
  if (span <= 0) return least;
  return least + ((requestsPerSecond - below.requestsPerSecond) / span) * (most - least);
}
