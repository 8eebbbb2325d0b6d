/** An exchange that is open until a moment, and where. */
type Open = { readonly endMs: number; readonly provider: string; readonly edge: string };

/** What is open at each moment of a time that only goes forward. */
export class OpenExchanges {
  // A binary heap, the next to end first.
  readonly #heap: Open[] = [];
  readonly #counts = new Map<string, number>();

  /** How many are open at a provider, or at an edge. */
  at(place: string): number {
    return this.#counts.get(place) ?? 0;
  }

  add(exchange: Open): void {
    this.#count(exchange, 1);
    const heap = this.#heap;
    let at = heap.push(exchange) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || parent.endMs <= exchange.endMs) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = exchange;
  }

  /** Forgets those that have ended by now. */
  endBy(nowMs: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.endMs <= nowMs; next = this.#heap[0]) {
      this.#count(next, -1);
      this.#removeFirst();
    }
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      const isRight = right !== undefined && left !== undefined && right.endMs < left.endMs;
      const child = isRight ? right : left;
      if (child === undefined || child.endMs >= last.endMs) break;
      heap[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = last;
  }

  #count({ provider, edge }: Open, by: number): void {
    for (const place of [provider, edge]) {
      const count = this.at(place) + by;
      if (count === 0) this.#counts.delete(place);
      else this.#counts.set(place, count);
    }
  }
}
