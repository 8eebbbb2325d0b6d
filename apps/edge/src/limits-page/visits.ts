const everyMs = 1_000;
const burst = 5;
/** More certificates than are likely to look within a few seconds. */
const rememberedMax = 10_000;

/** What a visitor who comes too often is told to wait; never too short. */
export const visitAgainSeconds = everyMs / 1_000;

/** Lets each visitor in five times at once, and then once a second. */
export class Visits {
  /** When each one's allowance is full again, on the monotonic clock. */
  readonly #fullAtMs = new Map<string, number>();

  /** Whether there is room for one visit more. */
  admit(visitor: string, nowMs: number): boolean {
    const fullAtMs = Math.max(this.#fullAtMs.get(visitor) ?? 0, nowMs) + everyMs;
    if (fullAtMs > nowMs + burst * everyMs) return false;
    if (this.#fullAtMs.size >= rememberedMax) this.#forget(nowMs);
    this.#fullAtMs.set(visitor, fullAtMs);
    return true;
  }

  #forget(nowMs: number): void {
    for (const [visitor, fullAtMs] of this.#fullAtMs) {
      if (fullAtMs <= nowMs) this.#fullAtMs.delete(visitor);
    }
  }
}
