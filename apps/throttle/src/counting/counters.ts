import { type ThrottleScope } from '@ssp/contracts';
import { type ResolvedAsk } from './resolved-limits.ts';

/** What an edge process says of itself beside its asks; see `ThrottleCaller`. */
export type CallerReport = {
  readonly edge: string;
  readonly sequence: number;
  readonly inFlight: number;
  /** Exchanges open at a provider, by the key of its limit of what is in flight. */
  readonly counts: ReadonlyMap<string, number>;
};

/** Asks that are decided together, in their order; without asks it only tells what is in flight. */
export type CounterBatch = {
  readonly asks: readonly ResolvedAsk[];
  /** Null where the caller does not say who it is: then nothing of it is counted as in flight. */
  readonly caller: CallerReport | null;
  /** The time; left out for the counters' own clock. */
  readonly nowUs?: number;
};

/** The limit that speaks for an answer. */
export type Speaker = {
  readonly rule: string;
  readonly scope: ThrottleScope;
  /** Its burst, or how many may be in flight. */
  readonly limit: number;
  /** Time in which the whole limit comes back; null for what is in flight. */
  readonly windowUs: number | null;
};

type Allowance = {
  readonly speaker: Speaker;
  /** In requests' worth. */
  readonly remaining: number;
  /** Until the allowance is full again. */
  readonly resetUs: number;
  /** Ids of limits in shadow mode that had no room. */
  readonly shadowed: readonly string[];
  /** `local` where each throttle counts its own part. */
  readonly counters: 'shared' | 'local';
};

/** The decision on one ask. */
export type Taken =
  | ({ readonly admission: 'admit' } & Allowance)
  /** From `retryAfterUs` on a repeat has room, if nobody else takes it. */
  | ({ readonly admission: 'refuse'; readonly retryAfterUs: number } & Allowance)
  /** The shared counters are away, and this rule admits nobody without them. */
  | { readonly admission: 'unavailable'; readonly rule: string };

/** Counts what is used of the limits. */
export type Counters = {
  /** Decides asks in their order, each all or nothing: a refusal takes from no limit. Rejects where the counts are not to be had. */
  readonly take: (batch: CounterBatch) => Promise<readonly Taken[]>;
};
