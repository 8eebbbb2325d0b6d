import { z } from 'zod';
import { inOrder, judgedPeriod } from './judged-period.ts';
import { throttleScopes } from './throttle.ts';

/** Where throttle's operator API judges a past period by proposed limits: POST a LimitsWhatIfAsk, get LimitsWhatIfLines. */
export const limitsWhatIfPath = '/v1/limits/what-if';

export const LimitsWhatIfAsk = z
  .strictObject({
    /** The text of a limits file: the whole of the limits, YAML or JSON. */
    limits: z.string(),
    ...judgedPeriod,
  })
  .check(inOrder);
export type LimitsWhatIfAsk = z.infer<typeof LimitsWhatIfAsk>;

const count = z.int().nonnegative();

const refusedCounts = {
  /** Refused by the limits that were in force, as these are worked out again. */
  inForce: count,
  /** Refused by the proposed ones. */
  proposed: count,
  newlyRefused: count,
  noLongerRefused: count,
  /** Over a proposed limit that is in shadow mode; refused or not by another. */
  shadowed: count,
};

/** Requests of one rule, one consumer or one provider that either of the two limits would refuse, or note in shadow mode. */
export const JudgedRow = z.object({
  /** Id of the rule, or ASID. */
  name: z.string(),
  /** Of a rule: whose limit it is; a provider's rule speaks also for the shares in it. Null for an ASID, and for a rule in shadow mode. */
  scope: z.enum(throttleScopes).nullable(),
  ...refusedCounts,
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  /** Trace ids of some of them. */
  examples: z.array(z.string()),
});
export type JudgedRow = z.infer<typeof JudgedRow>;

export const LimitsWhatIfReport = z.object({
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  /** Those in force in the period, the first first; `0` stands for the defaults. */
  versions: z.array(z.string()),
  /** Entries by which the proposed limits differ from those in force now. */
  differences: count,
  totals: z.object({
    /** Requests for which throttle was asked. */
    judged: count,
    ...refusedCounts,
    /** Of those judged, what throttle refused at the time. */
    refusedThen: count,
    /** Not judged: refused before throttle was asked. */
    notAsked: count,
    /** Not judged: their end is not known. */
    unended: count,
  }),
  /** The most newly refused first, in each. */
  rules: z.array(JudgedRow),
  consumers: z.array(JudgedRow),
  providers: z.array(JudgedRow),
  /** Rules, consumers and providers that are too many to be listed. */
  unlisted: count,
});
export type LimitsWhatIfReport = z.infer<typeof LimitsWhatIfReport>;

/** One line of the answer, which is JSON lines: how far it has come, and at last the report. */
export const LimitsWhatIfLine = z.union([
  z.object({ progress: z.object({ reached: z.iso.datetime(), judged: count }) }),
  z.object({ report: LimitsWhatIfReport }),
]);
export type LimitsWhatIfLine = z.infer<typeof LimitsWhatIfLine>;
