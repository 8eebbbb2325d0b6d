import { type BookGroup, type EdgeBook, type EdgeTally, type TallyCounts } from '@ssp/contracts';
import { type Hole } from '../numbers/find-holes.ts';
import { type CompletedEvent } from './completed-events.ts';

type Sum = { -readonly [Name in keyof TallyCounts]: TallyCounts[Name] };

/** What is known of one edge in an hour. */
type Edge = {
  readonly tally: EdgeTally['data'] | null;
  readonly audited: Sum;
  /** What was completed after the last tally. */
  readonly beyond: Sum;
  lowest: number;
  highest: number;
};

/** Adds up the completed events of one hour, and holds them against what the edges have counted. */
export class BookOfHour {
  readonly #groups = new Map<string, BookGroup>();
  readonly #edges = new Map<string, Edge>();
  #completed = 0;

  /** Of an edge the tally that counts most holds. */
  constructor(tallies: readonly EdgeTally['data'][]) {
    for (const tally of tallies.toSorted((a, b) => a.upTo - b.upTo))
      this.#edges.set(tally.edge, emptyEdge(tally));
  }

  get completed(): number {
    return this.#completed;
  }

  /** How many groups there are to be taken. */
  get groups(): number {
    return this.#groups.size;
  }

  /** The groups of what was added since they were last taken, in no order. */
  takeGroups(): readonly BookGroup[] {
    const taken = [...this.#groups.values()];
    this.#groups.clear();
    return taken;
  }

  add({ edge, number, exchange }: CompletedEvent): void {
    this.#completed += 1;
    const { requestBytes, responseBytes } = exchange;
    const { from, to, interactionId, outcome, refusal, providerStatus, parties, wasAllowed, wasDialled } =
      exchange;
    const by = { from, to, interactionId, outcome, refusal, providerStatus, parties, wasAllowed, wasDialled };
    const key = JSON.stringify(by);
    const group = this.#groups.get(key) ?? { ...by, exchanges: 0, requestBytes: 0, responseBytes: 0 };
    group.exchanges += 1;
    group.requestBytes += requestBytes;
    group.responseBytes += responseBytes;
    this.#groups.set(key, group);
    const of = this.#edges.get(edge) ?? emptyEdge(null);
    this.#edges.set(edge, of);
    count(of.audited, exchange);
    if (number === null) return;
    of.lowest = Math.min(of.lowest, number);
    of.highest = Math.max(of.highest, number);
    if (of.tally !== null && number > of.tally.upTo) count(of.beyond, exchange);
  }

  /** By their names; `holes` are those of the topic. */
  edges(holes: readonly Hole[]): readonly EdgeBook[] {
    return [...this.#edges]
      .map(([edge, { tally, audited, beyond, lowest, highest }]) => ({
        edge,
        told: tally === null ? null : sumOf(tally, beyond),
        audited,
        missing: holes
          .filter(({ source, first, last }) => source === edge && first <= highest && last >= lowest)
          .map(({ first, last }) => ({ first, last })),
      }))
      .toSorted((a, b) => (a.edge < b.edge ? -1 : 1));
  }
}

function emptyEdge(tally: EdgeTally['data'] | null): Edge {
  return {
    tally,
    audited: nothing(),
    beyond: nothing(),
    lowest: Number.POSITIVE_INFINITY,
    highest: 0,
  };
}

const nothing = (): Sum => ({
  completed: 0,
  outcomes: { forwarded: 0, refused: 0, failed: 0, abandoned: 0, answered: 0 },
  requestBytes: 0,
  responseBytes: 0,
});

function count(sum: Sum, { outcome, requestBytes, responseBytes }: CompletedEvent['exchange']): void {
  sum.completed += 1;
  sum.outcomes[outcome] += 1;
  sum.requestBytes += requestBytes;
  sum.responseBytes += responseBytes;
}

function sumOf(one: TallyCounts, other: TallyCounts): TallyCounts {
  const outcomeSum = (outcome: keyof TallyCounts['outcomes']) =>
    one.outcomes[outcome] + other.outcomes[outcome];
  return {
    completed: one.completed + other.completed,
    outcomes: {
      forwarded: outcomeSum('forwarded'),
      refused: outcomeSum('refused'),
      failed: outcomeSum('failed'),
      abandoned: outcomeSum('abandoned'),
      answered: outcomeSum('answered'),
    },
    requestBytes: one.requestBytes + other.requestBytes,
    responseBytes: one.responseBytes + other.responseBytes,
  };
}
