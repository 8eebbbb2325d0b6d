import { setTimeout as pause } from 'node:timers/promises';

const wholeMs = 10_000;

/** How long a run still waits for billing or the audit to come as far as the other: once it is used up, what lags is left for the next run. */
export class Patience {
  #leftMs = wholeMs;

  /** Waits that long; false where so much is not left. */
  async wait(ms: number, signal: AbortSignal): Promise<boolean> {
    if (this.#leftMs < ms) return false;
    this.#leftMs -= ms;
    await pause(ms, undefined, { signal });
    return true;
  }

  /** To be called when waiting was worth it. */
  renew(): void {
    this.#leftMs = wholeMs;
  }
}
