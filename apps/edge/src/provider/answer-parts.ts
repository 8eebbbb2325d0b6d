/** As large as a TLS record, hence as a read. */
const blockBytes = 16 * 1_024;
/** Node has a pool of its own for what is smaller. */
const smallBytesMax = 4 * 1_024;

/**
 * Copies what has to wait for its consumer into the same memory over and over: new memory for each part would pile up until the
 * next garbage collection, which does not hurry for memory outside its heap.
 */
export class AnswerParts {
  readonly #free: ArrayBuffer[] = [];
  /** The fewest that were free since the last sweep. */
  #spare = 0;

  get freeBytes(): number {
    return this.#free.length * blockBytes;
  }

  /** To be given back once nobody looks at it any more, or to be forgotten. */
  copy(bytes: Buffer): Buffer {
    if (bytes.length <= smallBytesMax || bytes.length > blockBytes) return Buffer.from(bytes);
    const part = Buffer.from(this.#free.pop() ?? new ArrayBuffer(blockBytes), 0, bytes.length);
    this.#spare = Math.min(this.#spare, this.#free.length);
    part.set(bytes);
    return part;
  }

  giveBack({ buffer, length }: Buffer): void {
    if (length <= smallBytesMax || length > blockBytes || !(buffer instanceof ArrayBuffer)) return;
    this.#free.push(buffer);
  }

  /** Lets go of half of what nobody has needed since the last time. */
  sweep(): void {
    this.#free.splice(0, Math.ceil(this.#spare / 2));
    this.#spare = this.#free.length;
  }
}
