/** Brokers refuse record batches above 1 MiB unless told otherwise; a UTF-16 unit may take three bytes. */
export const EVENT_LENGTH_MAX = 256 * 1_024;

/** An event on its way out; `settle` tells the publisher that waits for it, if one does. */
export type QueuedEvent = {
  readonly topic: string;
  readonly value: string;
  readonly settle: ((error?: Error) => void) | null;
};

/** What one send may carry: the client copies its messages per message, and a broker bounds a record batch. */
export type BatchLimits = { readonly maxEvents: number; readonly maxBytes: number };

/** First in, first out; counts those that somebody waits for, since only they wake the sender. */
export class EventQueue {
  readonly #limits: BatchLimits;
  #events: QueuedEvent[] = [];
  #head = 0;
  #awaited = 0;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#events.length - this.#head;
  }

  get hasAwaited(): boolean {
    return this.#awaited > 0;
  }

  push(event: QueuedEvent): void {
    this.#events.push(event);
    if (event.settle) this.#awaited += 1;
  }

  /** Takes the oldest events, at least one if there is one. */
  take(): readonly QueuedEvent[] {
    let bytes = 0;
    let end = this.#head;
    for (; end < this.#events.length && end - this.#head < this.#limits.maxEvents; end += 1) {
      const event = this.#events[end];
      if (!event) break;
      bytes += event.value.length;
      if (end > this.#head && bytes > this.#limits.maxBytes) break;
      if (event.settle) this.#awaited -= 1;
    }
    const taken = this.#events.slice(this.#head, end);
    this.#head = end;
    // Moving the rest down costs its length, so it waits until the gap is the larger part.
    if (this.#head * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }
}
