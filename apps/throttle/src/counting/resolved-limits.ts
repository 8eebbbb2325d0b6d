import { type ThrottleAsk, type ThrottleScope } from '@ssp/contracts';
import { type RateLimit } from './gcra.ts';

/** A limit in shadow mode refuses nobody; what it would have refused is counted and told. One that is off is not resolved at all. */
export type LimitMode = 'enforce' | 'shadow';

/** What becomes of an ask while the shared counters are away. */
export type WhenAway = 'admit-locally' | 'refuse';

/** A rate that an ask takes from. A key has one limit: equal keys of one version of the limits mean equal limits. */
export type ResolvedLimit = {
  /** The rule's id, as shown to callers and in audit. */
  readonly rule: string;
  readonly scope: ThrottleScope;
  /** Name of its bucket, without the rule's id: a changed figure keeps the use so far. */
  readonly key: string;
  readonly limit: RateLimit;
  readonly mode: LimitMode;
  readonly whenAway: WhenAway;
};

/** How many exchanges may be open at a provider, through all edges together. */
export type ResolvedInFlight = {
  readonly rule: string;
  readonly key: string;
  readonly max: number;
  readonly mode: LimitMode;
  readonly whenAway: WhenAway;
};

/** The share of a consumer in what a provider has left; goes with the ask's limit of scope `provider`, in that limit's mode. */
export type ResolvedShare = {
  readonly key: string;
  /** The ASID that asks. */
  readonly consumer: string;
  readonly weight: number;
  /** Shares hold when less than this part of the provider's burst is left, 0 to 1. */
  readonly below: number;
};

/** Everything that one ask must pass. */
export type ResolvedAsk = {
  /** Version of the limits that this was resolved by. */
  readonly version: string;
  /** The consumer's own first, then the provider's, the supplier's and the global one: the first without room speaks. */
  readonly limits: readonly ResolvedLimit[];
  /** What it takes of every limit, in requests' worth: a whole number from 1. */
  readonly cost: number;
  readonly providerInFlight: ResolvedInFlight | null;
  readonly share: ResolvedShare | null;
  /** Of the asking edge process alone; it needs no shared counter. */
  readonly edgeInFlight: { readonly rule: string; readonly max: number; readonly mode: LimitMode } | null;
};

/** A limit that holds for a consumer, whatever it may ask next. */
export type ConsumerLimit = Omit<ResolvedLimit, 'key' | 'scope'> & {
  readonly scope: 'consumer' | 'consumer-interaction' | 'consumer-provider';
  /** Null where each interaction, or each provider, has a bucket of its own and the rule names none. */
  readonly key: string | null;
  readonly interactionId: string | null;
  readonly provider: string | null;
};

/** One version of the limits, ready to be asked. */
export type ResolvedLimits = {
  readonly version: string;
  readonly ofAsk: (ask: ThrottleAsk) => ResolvedAsk;
  /** What may be open at a provider; null where that is not limited, and so not counted. */
  readonly inFlightOf: (provider: string) => ResolvedInFlight | null;
  readonly ofConsumer: (consumer: string) => readonly ConsumerLimit[];
};
