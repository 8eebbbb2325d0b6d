/** A hash of 53 bits, never 0: equal for equal bytes, and for others but once in thousands of millions of listings. */
export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  // Two sums of 32 bits, at a tenth of the cost of a digest. Nothing of trust hangs on it: what it misses is seen by the next whole load.
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul((high << 5) ^ (high >>> 27) ^ byte, 0x85ebca6b);
  }
  low = spread(low ^ (high >>> 3));
  high = spread(high ^ (low >>> 5));
  return (high >>> 11) * 2 ** 32 + (low >>> 0) || 1;
}

function spread(sum: number): number {
  const once = Math.imul(sum ^ (sum >>> 16), 0x7feb352d);
  const twice = Math.imul(once ^ (once >>> 15), 0x846ca68b);
  return twice ^ (twice >>> 16);
}

const scratch = Buffer.allocUnsafeSlow(4_096);

/** The hash of a text's UTF-8. */
export function hashOfText(text: string): number {
  if (text.length * 3 > scratch.length) {
    const bytes = Buffer.from(text);
    return hashOf(bytes, 0, bytes.length);
  }
  return hashOf(scratch, 0, scratch.write(text));
}
