/** Lets one loop sleep until there is something to do, at once or after a linger time. */
export class WakeUp {
  readonly #lingerMs: number;
  #linger: NodeJS.Timeout | null = null;
  #asked = Promise.withResolvers<void>();

  constructor(lingerMs: number) {
    this.#lingerMs = lingerMs;
  }

  now(): void {
    this.#asked.resolve();
  }

  soon(): void {
    this.#linger ??= setTimeout(() => this.now(), this.#lingerMs);
  }

  /** Resolves once asked, when the current turn of the event loop is over: what one turn asks for goes together. */
  async wait(): Promise<void> {
    await this.#asked.promise;
    await new Promise(setImmediate);
  }

  /** Forgets what was asked: the loop is about to do all there is. */
  reset(): void {
    if (this.#linger) clearTimeout(this.#linger);
    this.#linger = null;
    this.#asked = Promise.withResolvers();
  }
}
