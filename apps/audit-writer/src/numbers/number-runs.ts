import { type Numbered } from './numbered.ts';

/** Numbers of one source that follow each other, both ends included. */
export type NumberRun = { readonly source: string; readonly first: number; readonly last: number };

type Open = { readonly first: number; last: number };

/** The numbers of a batch, or those kept of it before. As they come in runs, a run costs no more than one number. */
export class NumberRuns {
  readonly #bySource = new Map<string, Open[]>();

  constructor(runs: readonly NumberRun[] = []) {
    for (const { source, first, last } of runs) this.#of(source).push({ first, last });
  }

  /** Returns false for a number that is there already. */
  add({ source, number }: Numbered): boolean {
    const runs = this.#of(source);
    if (runs.some(({ first, last }) => first <= number && number <= last)) return false;
    const grown = runs.at(-1);
    if (grown?.last === number - 1) grown.last = number;
    else runs.push({ first: number, last: number });
    return true;
  }

  has({ source, number }: Numbered): boolean {
    return this.#bySource.get(source)?.some(({ first, last }) => first <= number && number <= last) ?? false;
  }

  /** By source and number, so that writers that wait for each other do so in one order. */
  runs(): readonly NumberRun[] {
    return [...this.#bySource]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([source, runs]) =>
        runs.toSorted((one, other) => one.first - other.first).map((run) => ({ source, ...run })),
      );
  }

  #of(source: string): Open[] {
    const known = this.#bySource.get(source);
    if (known) return known;
    const made: Open[] = [];
    this.#bySource.set(source, made);
    return made;
  }
}
