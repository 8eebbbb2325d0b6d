import { type Endpoint } from '@ssp/spine';

/** A registered system, as far as decisions need it. */
export type System = {
  readonly asid: string;
  readonly ods: string;
  /** The party's keys are compared without case. */
  readonly partyKeyLower: string;
  readonly interactions: ReadonlySet<string>;
  /** Its category bag, lower-cased. */
  readonly categories: ReadonlySet<string>;
  readonly manufacturerOrg: string | null;
  readonly productName: string | null;
  /** What its party has in the snapshot's `namesByParty` and `handlers`. */
  readonly partyNames: ReadonlySet<string> | undefined;
  readonly partyHandlers: ReadonlyMap<string, readonly Handler[]> | undefined;
};

/** One registration of where a party receives an interaction. */
export type Handler = {
  readonly cpaId: string;
  /** Those that a target can lie under. */
  readonly endpoints: readonly Endpoint[];
  /** The endpoint that a refusal shows: the first, verbatim; empty where there is none. */
  readonly shownEndpoint: string;
  /** Lower-cased. */
  readonly fqdn: string | null;
  readonly manufacturerOrg: string | null;
};

/** Interactions that are agreed upon together. */
export type Capability = { readonly name: string; readonly interactions: ReadonlySet<string> };

/** What holds for one interaction where it differs from the service's own settings. */
export type InteractionPolicy = {
  /** Where no rule matches; null leaves it to the service. With `exempt` no rule is asked for. */
  readonly agreement: 'allow' | 'deny' | 'exempt' | null;
  /** Whether it may come over the internet at all. */
  readonly internet: boolean;
};

/** A rule of data sharing, its moments in milliseconds since 1970; null where unbounded. */
export type Rule = {
  /** Rules with a lower rank go first; unique. */
  readonly rank: number;
  readonly ruleId: string;
  readonly agreementId: string;
  /** One interaction as asked for, those of a capability, or, where both are null, any. */
  readonly interaction: string | null;
  readonly capability: Capability | null;
  readonly effect: 'allow' | 'deny';
  readonly validFromMs: number | null;
  /** The first moment at which the rule no longer holds. */
  readonly validToMs: number | null;
};

/** Things filed under one system, one organisation or everyone. */
export type BySelector<Thing> = {
  readonly asid: ReadonlyMap<string, Thing>;
  readonly ods: ReadonlyMap<string, Thing>;
  readonly any: Thing | null;
};

/** Everything a decision depends on, at one version, laid out so that a decision is a handful of look-ups. */
export type Snapshot = {
  readonly version: string;
  readonly systems: ReadonlyMap<string, System>;
  /** By lower-cased party key, then registered interaction. */
  readonly handlers: ReadonlyMap<string, ReadonlyMap<string, readonly Handler[]>>;
  /** Lower-cased certificate names by lower-cased party key, and by ASID where only that system bears them. */
  readonly namesByParty: ReadonlyMap<string, ReadonlySet<string>>;
  readonly namesByAsid: ReadonlyMap<string, ReadonlySet<string>>;
  /** Every certificate name that some registered system bears. */
  readonly names: ReadonlySet<string>;
  /** Requested interaction to the one it is registered under. */
  readonly aliases: ReadonlyMap<string, string>;
  /** By the interaction as asked for. */
  readonly policies: ReadonlyMap<string, InteractionPolicy>;
  /** Rules by sender, then receiver, in the order of their rank. */
  readonly agreements: BySelector<BySelector<readonly Rule[]>>;
  readonly counts: {
    readonly systems: number;
    readonly handlers: number;
    /** Pairs of a party and an interaction with more than one registration. */
    readonly repeated: number;
    readonly rules: number;
  };
};
