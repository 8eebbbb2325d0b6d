/**
 * `closed`: every batch asks Redis. `open`: none does. `half-open`: Redis has answered a heartbeat again, and one batch tries it for all.
 */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** Leave to ask Redis once; what becomes of it counts only while the breaker is as it was when this was given. */
export type Attempt = { readonly epoch: number };

/** So many batches and heartbeats in a row without an answer open the breaker. */
export const failuresMax = 5;

/** Decides who asks Redis, from what became of earlier attempts. It knows no time: when an open one is tried is the heartbeat's. */
export class Breaker {
  #state: BreakerState = 'closed';
  #failures = 0;
  #epoch = 0;
  #trying = false;
  readonly #changed: (state: BreakerState, cause: unknown) => void;

  /** `changed` is told every new state, with what broke where it opened. */
  constructor(changed: (state: BreakerState, cause: unknown) => void) {
    this.#changed = changed;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Null where the batch must do without Redis. */
  attempt(): Attempt | null {
    if (this.#state === 'open' || this.#trying) return null;
    if (this.#state === 'half-open') this.#trying = true;
    return { epoch: this.#epoch };
  }

  succeeded({ epoch }: Attempt): void {
    if (epoch !== this.#epoch) return;
    this.#failures = 0;
    if (this.#state === 'half-open') this.#become('closed');
  }

  failed({ epoch }: Attempt, cause: unknown): void {
    if (epoch === this.#epoch) this.#fail(cause);
  }

  /** A heartbeat was answered. It does not make good for batches that are not. */
  beat(): void {
    if (this.#state === 'open') this.#become('half-open');
  }

  /** A heartbeat was not answered. */
  missed(cause: unknown): void {
    if (this.#state !== 'open') this.#fail(cause);
  }

  /** Opens it without waiting for more failures. */
  open(cause: unknown): void {
    if (this.#state !== 'open') this.#become('open', cause);
  }

  #fail(cause: unknown): void {
    this.#failures += 1;
    if (this.#state === 'half-open' || this.#failures >= failuresMax) this.#become('open', cause);
  }

  #become(state: BreakerState, cause?: unknown): void {
    this.#state = state;
    this.#failures = 0;
    this.#trying = false;
    this.#epoch += 1;
    this.#changed(state, cause);
  }
}
