import { type EdgeTally, type ExchangeOutcome } from '@ssp/contracts';

const hourMs = 3_600_000;

/** What is counted of an exchange. */
export type Ended = {
  readonly outcome: ExchangeOutcome;
  readonly requestBytes: number;
  readonly responseBytes: number;
};

/** One hour's counts. */
type Hour = {
  readonly startMs: number;
  completed: number;
  readonly outcomes: Record<ExchangeOutcome, number>;
  requestBytes: number;
  responseBytes: number;
  /** The number and the time of the last that was counted. */
  upTo: number;
  lastMs: number;
};

/**
 * Counts the exchanges that this process has completed, hour by hour, by nothing but the fact that they ended: the events that tell of
 * each may be lost, these counts say how many there should be.
 */
export class HourTally {
  readonly #source: string;
  #current: Hour | null = null;
  /** Hours with counts that have not been told yet, the earliest first. */
  readonly #untold = new Set<Hour>();
  /** Earlier hours, for a clock that was set back; few, as each has been told. */
  readonly #earlier = new Map<number, Hour>();
  #tallies = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** Counts an exchange by the number and the time of its completed event. */
  add(ended: Ended, number: number, atMs: number): void {
    const hour = this.#hourOf(atMs);
    hour.completed += 1;
    hour.outcomes[ended.outcome] += 1;
    hour.requestBytes += ended.requestBytes;
    hour.responseBytes += ended.responseBytes;
    hour.upTo = number;
    hour.lastMs = atMs;
    this.#untold.add(hour);
  }

  /** What has changed since the last call, an event for each hour: all of that hour up to now. */
  tell(): readonly EdgeTally[] {
    const events = [...this.#untold].map((hour) => this.#eventOf(hour));
    this.#untold.clear();
    return events;
  }

  #hourOf(atMs: number): Hour {
    const current = this.#current;
    if (current !== null && atMs >= current.startMs && atMs < current.startMs + hourMs) return current;
    const startMs = Math.floor(atMs / hourMs) * hourMs;
    if (current !== null) this.#earlier.set(current.startMs, current);
    for (const known of this.#earlier.keys()) if (known < startMs - 24 * hourMs) this.#earlier.delete(known);
    this.#current = this.#earlier.get(startMs) ?? {
      startMs,
      completed: 0,
      outcomes: { forwarded: 0, refused: 0, failed: 0, abandoned: 0, answered: 0 },
      requestBytes: 0,
      responseBytes: 0,
      upTo: 0,
      lastMs: atMs,
    };
    return this.#current;
  }

  #eventOf({ startMs, lastMs, upTo, completed, outcomes, requestBytes, responseBytes }: Hour): EdgeTally {
    this.#tallies += 1;
    return {
      specversion: '1.0',
      id: `${this.#source}.tally.${this.#tallies}`,
      source: this.#source,
      type: 'edge.tally',
      time: new Date(lastMs).toISOString(),
      datacontenttype: 'application/json',
      data: {
        edge: this.#source,
        hour: new Date(startMs).toISOString(),
        upTo,
        completed,
        outcomes: { ...outcomes },
        requestBytes,
        responseBytes,
      },
    };
  }
}
