import { type RateLimit, spanOf } from './gcra.ts';

/** How long a hash of counters is the current one. More than the lease of what is in flight. */
const minuteUs = 60_000_000;

/** Where the shared counters lie in Redis. All names carry one hash tag, so that on a Redis Cluster one node has them all. */
export type KeptIn = {
  /** Two hashes that take turns; what is not written anew is forgotten after one to two periods. */
  readonly current: string;
  readonly before: string;
  readonly periodUs: number;
  /** The key of what may be needed for longer than a period, and expires by itself. */
  readonly ownKey: (name: string) => string;
};

/** Names the places of counters under a hash tag. */
export function keptIn(hashTag: string, periodUs = minuteUs): KeptIn {
  const prefix = `{${hashTag}}:throttle`;
  return {
    current: `${prefix}:current`,
    before: `${prefix}:before`,
    periodUs,
    ownKey: (name) => `${prefix}:${name}`,
  };
}

/** Whether a bucket of this limit is full again within a period, hence lies in the hashes. */
export function isHashed(limit: RateLimit, { periodUs }: KeptIn): boolean {
  return spanOf(limit) <= periodUs;
}
