/** Bytes that have arrived and wait to be read; the memory is used again and again. */
export type IncomingBytes = {
  /** What waits, valid until the next change. */
  readonly held: () => Buffer;
  /** Copies the first `bytes` of `from` behind what waits. */
  readonly append: (from: Uint8Array, bytes: number) => void;
  /** Forgets the first `bytes` of what waits. */
  readonly drop: (bytes: number) => void;
};

const roomBytes = 256 * 1_024;

/** Begins with nothing that waits. */
export function createIncomingBytes(): IncomingBytes {
  let store = Buffer.allocUnsafeSlow(roomBytes);
  let start = 0;
  let end = 0;

  function makeRoom(bytes: number): void {
    const heldBytes = end - start;
    // Moved at most as often as the half is filled, so that a byte is moved once on average.
    const next =
      (heldBytes + bytes) * 2 <= store.length
        ? store
        : Buffer.allocUnsafeSlow(Math.max(roomBytes, (heldBytes + bytes) * 2));
    store.copy(next, 0, start, end);
    store = next;
    start = 0;
    end = heldBytes;
  }

  return {
    held: () => store.subarray(start, end),
    append(from, bytes) {
      if (end + bytes > store.length) makeRoom(bytes);
      store.set(bytes === from.length ? from : from.subarray(0, bytes), end);
      end += bytes;
    },
    drop(bytes) {
      start += bytes;
      if (start < end) return;
      start = 0;
      end = 0;
      // What one great message needed is not kept.
      if (store.length > roomBytes * 4) store = Buffer.allocUnsafeSlow(roomBytes);
    },
  };
}
