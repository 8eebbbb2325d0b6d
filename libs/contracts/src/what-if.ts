import { z } from 'zod';
import { authzRefusals } from './authz.ts';
import { inOrder, judgedPeriod } from './judged-period.ts';

/** Where the operator API judges a past period by proposed rules: POST a WhatIfAsk, get WhatIfLines. */
export const whatIfPath = '/v1/what-if';

export const WhatIfAsk = z
  .strictObject({
    /** The text of a rules file: the whole of the rules, YAML or JSON. */
    rules: z.string(),
    ...judgedPeriod,
  })
  .check(inOrder);
export type WhatIfAsk = z.infer<typeof WhatIfAsk>;

const Outcome = z.enum(['allow', ...authzRefusals]);

/** Exchanges that the proposed rules would decide otherwise than the rules in force, alike ones together. */
export const WhatIfChange = z.object({
  change: z.enum(['newly-allowed', 'newly-refused', 'refused-otherwise']),
  inForce: Outcome,
  proposed: Outcome,
  /** Organisations, or ASIDs that no organisation is known of. */
  from: z.string(),
  to: z.string(),
  interactionId: z.string(),
  count: z.int().positive(),
  /** Trace ids of some of them. */
  examples: z.array(z.string()),
});
export type WhatIfChange = z.infer<typeof WhatIfChange>;

export const WhatIfReport = z.object({
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  /** The moment at which both were judged. */
  judgedAt: z.iso.datetime(),
  rulesVersion: z.string(),
  /** Entries by which the proposed rules differ from those in force. */
  differences: z.int().nonnegative(),
  totals: z.object({
    /** All that were judged. */
    judged: z.int().nonnegative(),
    stillAllowed: z.int().nonnegative(),
    stillRefused: z.int().nonnegative(),
    newlyAllowed: z.int().nonnegative(),
    newlyRefused: z.int().nonnegative(),
    refusedOtherwise: z.int().nonnegative(),
    /** Of those judged, what the rules in force decide otherwise than it was decided at the time. */
    changedSince: z.int().nonnegative(),
    /** Not judged: authz had not decided on them, or the audit does not hold what it decided on. */
    undecided: z.int().nonnegative(),
  }),
  /** How many exchanges would newly be refused, or refused otherwise, by refusal. */
  byRefusal: z.record(z.string(), z.int().positive()),
  /** The most frequent first. */
  changes: z.array(WhatIfChange),
  /** Exchanges that change, of kinds too many to be listed. */
  unlisted: z.int().nonnegative(),
});
export type WhatIfReport = z.infer<typeof WhatIfReport>;

/** One line of the answer, which is JSON lines: how far it has come, and at last the report. */
export const WhatIfLine = z.union([
  z.object({ progress: z.object({ reached: z.iso.datetime(), judged: z.int().nonnegative() }) }),
  z.object({ report: WhatIfReport }),
]);
export type WhatIfLine = z.infer<typeof WhatIfLine>;
