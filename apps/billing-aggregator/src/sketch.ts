import { DDSketch } from '@datadog/sketches-js';

/**
 * How times are distributed, in buckets that are 2 % wide, so that any quantile is within 1 % (DDSketch).
 *
 * As bytes: the version, then for each bucket that holds anything, in their order, the distance from the bucket before and
 * the count, both as varints; nothing at all where there are no times. Equal times give equal bytes, in whatever order and
 * portions they were added.
 */
export class Sketch {
  /** Counts by bucket, of those alone that hold anything: most sums are of a few exchanges. */
  readonly #counts = new Map<number, number>();

  /** Takes whole microseconds. */
  add(us: number): void {
    this.#addTo(bucketOf(us), 1);
  }

  /** @throws Error for bytes that are no sketch */
  merge(bytes: Uint8Array): void {
    readBuckets(bytes, (bucket, count) => this.#addTo(bucket, count));
  }

  toBytes(): Buffer {
    const bytes: number[] = [];
    let before = 0;
    for (const [bucket, count] of [...this.#counts].toSorted(byBucket)) {
      if (bytes.length === 0) bytes.push(version);
      putVarint(bytes, bucket - before);
      putVarint(bytes, count);
      before = bucket;
    }
    return Buffer.from(bytes);
  }

  /** The microseconds that each share of the times, from 0 to 1, does not exceed; null where there are none. */
  quantiles<const Shares extends readonly number[]>(
    shares: Shares,
  ): { readonly [At in keyof Shares]: number | null };
  quantiles(shares: readonly number[]): readonly (number | null)[] {
    const buckets = [...this.#counts].toSorted(byBucket);
    const total = buckets.reduce((sum, [, count]) => sum + count, 0);
    return shares.map((share) => {
      const rank = share * (total - 1);
      let passed = 0;
      for (const [bucket, count] of buckets) {
        passed += count;
        if (passed > rank) return bucket === 0 ? 0 : mapping.value(bucket - 1);
      }
      return null;
    });
  }

  #addTo(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
  }
}

/** Adds sketches up; the sum has the same form. */
export function mergeSketches(sketches: Iterable<Uint8Array>): Buffer {
  const sum = new Sketch();
  for (const sketch of sketches) sum.merge(sketch);
  return sum.toBytes();
}

/** The quantile of one sketch; of several shares of the same one, ask a `Sketch`. */
export function quantile(bytes: Uint8Array, share: number): number | null {
  const sketch = new Sketch();
  sketch.merge(bytes);
  return sketch.quantiles([share])[0];
}

const relativeAccuracy = 0.01;
const { mapping } = new DDSketch({ relativeAccuracy });
const version = 1;
/** Longer than any time that is counted: 2^50 µs are 35 years. */
const bucketMax = mapping.key(2 ** 50) + 1;

/** Bucket 0 is for nothing at all, which has no logarithm. */
function bucketOf(us: number): number {
  return us === 0 ? 0 : mapping.key(us) + 1;
}

function byBucket([left]: readonly [number, number], [right]: readonly [number, number]): number {
  return left - right;
}

/** Hot: an answer with percentiles goes through some ten thousands of buckets. */
function readBuckets(bytes: Uint8Array, found: (bucket: number, count: number) => void): void {
  if (bytes.length === 0) return;
  if (bytes[0] !== version) throw new Error('a sketch of another version');
  let at = 1;
  const nextVarint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at];
      if (byte === undefined || factor > 2 ** 49) throw new Error('a sketch that is cut off');
      at += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  let bucket = 0;
  while (at < bytes.length) {
    bucket += nextVarint();
    if (bucket > bucketMax) throw new Error('a sketch with a bucket that no time has');
    found(bucket, nextVarint());
  }
}

function putVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}
