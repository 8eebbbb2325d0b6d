/** How much may be read of bodies that their providers do not take yet. */
export type ReadAheadLimits = {
  /** Of one exchange. */
  readonly exchangeBytesMax: number;
  /** Of all exchanges together. */
  readonly totalBytesMax: number;
};

/** What a piece costs beside its bytes, or a body of single bytes would hold far more memory than it counts for. */
const pieceBytes = 512;

/**
 * Counts what all exchanges together have read ahead of their providers. It is read so that the consumer's end is seen behind
 * it: of a connection from which nothing is read, not even a reset is told.
 */
export class ReadAhead {
  heldBytes = 0;
  readonly limits: ReadAheadLimits;

  constructor(limits: ReadAheadLimits) {
    this.limits = limits;
  }
}

/** What one exchange has read ahead. */
export class HeldBody {
  #bytes = 0;
  readonly #all: ReadAhead;

  constructor(all: ReadAhead) {
    this.#all = all;
  }

  get hasRoom(): boolean {
    const { limits, heldBytes } = this.#all;
    return this.#bytes < limits.exchangeBytesMax && heldBytes < limits.totalBytesMax;
  }

  /** Counts a piece that has been read, even where there is no room for it. */
  hold(bytes: number): void {
    this.#bytes += bytes + pieceBytes;
    this.#all.heldBytes += bytes + pieceBytes;
  }

  /** All of it was taken, or is wanted no more. */
  release(): void {
    this.#all.heldBytes -= this.#bytes;
    this.#bytes = 0;
  }
}
