/** Answers of one kind: a status, or the reason why there was none. */
export type TallyRow = {
  readonly answer: string;
  readonly requests: number;
  /** Milliseconds until the answer's last byte. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
};

/** Counts answers and how long they took. */
export class LoadTally {
  readonly #times = new Map<string, number[]>();

  add(answer: string, ms: number): void {
    const times = this.#times.get(answer);
    if (times === undefined) this.#times.set(answer, [ms]);
    else times.push(ms);
  }

  /** Answer → how often, in the order in which each was first had. */
  counts(): ReadonlyMap<string, number> {
    return new Map(Array.from(this.#times, ([answer, times]) => [answer, times.length]));
  }

  /** The most frequent first. */
  rows(): readonly TallyRow[] {
    return Array.from(this.#times, ([answer, times]) => {
      const sorted = times.toSorted((one, other) => one - other);
      return {
        answer,
        requests: sorted.length,
        p50: quantile(sorted, 0.5),
        p95: quantile(sorted, 0.95),
        p99: quantile(sorted, 0.99),
        max: sorted.at(-1) ?? Number.NaN,
      };
    }).toSorted((one, other) => other.requests - one.requests);
  }
}

/** The smallest of the sorted values that so many of them do not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
