/** A limit in the form that GCRA works with. All times are whole microseconds, so that Lua's doubles are exact. */
export type RateLimit = {
  /** Time in which one request's worth of allowance comes back. */
  readonly intervalUs: number;
  /** Requests' worth that a full bucket holds. */
  readonly burst: number;
};

/** What a bucket has for one ask. */
export type Room = {
  /** Time that is left over after the ask has taken its cost; below nought there is no room. */
  readonly spareUs: number;
  /** What the bucket's theoretical arrival time (TAT) becomes when the ask takes. */
  readonly nextTatUs: number;
  /** The TAT as it stands now: until then the bucket is not full. */
  readonly tatUs: number;
};

/** Time in which the whole of a limit comes back. */
export function spanOf({ intervalUs, burst }: RateLimit): number {
  return intervalUs * burst;
}

/** What an ask of a cost in requests' worth takes. One that costs more than a full bucket holds takes the whole of it. */
export function costUs({ intervalUs, burst }: RateLimit, cost: number): number {
  return intervalUs * Math.min(cost, burst);
}

/**
 * Looks what a bucket has for an ask of a cost in requests' worth. `tatUs` is when the bucket will be full again; a time in
 * the past, or none yet, means that it is full.
 */
export function roomIn(limit: RateLimit, tatUs: number | undefined, cost: number, nowUs: number): Room {
  const fullUs = nowUs + spanOf(limit);
  // No TAT lies further ahead than an empty bucket's: after a clock was set back or a burst made smaller,
  // the wait is that of an empty bucket and not the whole difference.
  const soundTatUs = Math.max(nowUs, Math.min(tatUs ?? nowUs, fullUs));
  const nextTatUs = soundTatUs + costUs(limit, cost);
  return { spareUs: fullUs - nextTatUs, nextTatUs, tatUs: soundTatUs };
}
