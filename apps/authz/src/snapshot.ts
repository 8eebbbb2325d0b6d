import { type Endpoint } from '@ssp/spine';

/** A registered system, as far as decisions need it. */
export type System = {
  readonly asid: string;
  readonly ods: string;
  /** The party's keys are compared without case. */
  readonly partyKeyLower: string;
  readonly interactions: ReadonlySet<string>;
  readonly manufacturerOrg: string | null;
  readonly productName: string | null;
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

/** A rule of data sharing, its moments in milliseconds since 1970; null where unbounded. */
export type Rule = {
  /** Rules with a lower rank go first; unique. */
  readonly rank: number;
  readonly agreementId: string;
  readonly interaction: string | null;
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
  /** Rules by sender, then receiver, in the order of their rank. */
  readonly agreements: BySelector<BySelector<readonly Rule[]>>;
  readonly counts: { readonly systems: number; readonly handlers: number; readonly rules: number };
};
