/** A limit in the form that GCRA works with. All times are whole microseconds, so that Lua's doubles are exact. */
export interface RateLimit {
  /** Time in which one request's worth of allowance comes back. */
  readonly intervalUs: number;
  /** Requests that a full bucket holds. */
  readonly burst: number;
}

/** A bucket as it stands; a TAT in the past, or none yet, means that it is full. */
export interface Bucket {
  readonly limit: RateLimit;
  /** Theoretical arrival time: when the bucket will be full again. */
  readonly tatUs: number;
}

/** The answer to one ask; `bucket` is the position of the bucket that speaks for it. */
export type Admission =
  | {
      readonly admitted: true;
      readonly bucket: number;
      readonly remaining: number;
      readonly resetUs: number;
      /** What the buckets' TATs become, in their order. */
      readonly nextTatUs: readonly number[];
    }
  | {
      readonly admitted: false;
      readonly bucket: number;
      readonly resetUs: number;
      /** After this time every bucket has room again, if nobody else takes from them. */
      readonly retryAfterUs: number;
    };

/**
 * Takes one request from every bucket, or from none: a refusal by one limit uses up no other.
 * Admitted, the bucket with the least left speaks; refused, the first without room.
 */
export function admit(buckets: readonly Bucket[], nowUs: number): Admission {
  const states = buckets.map(({ limit: { intervalUs, burst }, tatUs }) => {
    const spanUs = intervalUs * burst;
    // No TAT lies further ahead than an empty bucket's: after a clock was set back or a burst made smaller,
    // the wait is that of an empty bucket and not the whole difference.
    const soundTatUs = Math.max(nowUs, Math.min(tatUs, nowUs + spanUs));
    const nextTatUs = soundTatUs + intervalUs;
    // Below nought there is no room.
    const spareUs = nowUs + spanUs - nextTatUs;
    return { tatUs: soundTatUs, nextTatUs, spareUs, remaining: Math.floor(spareUs / intervalUs) };
  });
  const refusedBy = states.findIndex(({ spareUs }) => spareUs < 0);
  if (refusedBy >= 0) {
    return {
      admitted: false,
      bucket: refusedBy,
      resetUs: (states[refusedBy]?.tatUs ?? nowUs) - nowUs,
      retryAfterUs: -Math.min(...states.map(({ spareUs }) => spareUs)),
    };
  }
  const remaining = Math.min(...states.map((state) => state.remaining));
  const tightest = states.findIndex((state) => state.remaining === remaining);
  return {
    admitted: true,
    bucket: tightest,
    remaining,
    resetUs: (states[tightest]?.nextTatUs ?? nowUs) - nowUs,
    nextTatUs: states.map(({ nextTatUs }) => nextTatUs),
  };
}
