import { Asid, InteractionId } from '@ssp/spine';
import { z } from 'zod';
import { limitPers } from './limit-pers.ts';
import { limitsInconsistencies } from './limits-inconsistencies.ts';

const perSecondMax = 100_000;
const burstMax = 1_000_000;
const costMax = 1_000;
const weightMax = 1_000;

// A file's values arrive as text, so that ASIDs keep their zeros; a stored document's as numbers.
const figure = (form: RegExp, what: string) =>
  z.union([z.number(), z.string().regex(form).transform(Number)], `must be ${what}`);
const whole = (min: number, max: number) => {
  const text = `a whole number between ${min} and ${max}`;
  return figure(/^\d{1,9}$/, text).refine(
    (value) => Number.isInteger(value) && value >= min && value <= max,
    `must be ${text}`,
  );
};
const between = (min: number, max: number) => {
  const text = `a number between ${min} and ${max}`;
  return figure(/^\d{1,9}(\.\d{1,9})?$/, text).refine(
    (value) => value >= min && value <= max,
    `must be ${text}`,
  );
};

const Name = z.string().regex(/^[a-z0-9-]{1,60}$/, 'must be up to 60 small letters, digits and -');
const Selector = z.union(
  [z.strictObject({ asid: Asid }), z.strictObject({ class: Name })],
  'must be { asid: twelve digits } or { class: a name }',
);
export type Selector = z.infer<typeof Selector>;

/** One limit. Its selectors narrow it to some of those that its `per` speaks of; of each `per` the most specific holds. */
export const LimitRule = z.strictObject({
  id: Name.describe('Name that a refusal and the audit show'),
  per: z
    .enum(limitPers, `must be one of ${limitPers.join(', ')}`)
    .describe('What has a bucket, or a count, of its own'),
  consumer: Selector.optional().describe('Only these consumers; an ASID goes before its class'),
  provider: Selector.optional().describe('Only these providers; an ASID goes before its class'),
  interaction: InteractionId.optional().describe('Only this interaction'),
  supplier: z
    .string()
    .min(1, 'must not be empty')
    .max(100, 'must have at most 100 characters')
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line of printable characters')
    .optional()
    .describe('Only providers of this supplier, as the directory names it'),
  perSecond: between(0.001, perSecondMax)
    .optional()
    .describe('How fast room comes back, in requests; not for what is in flight'),
  burst: whole(1, burstMax).optional().describe('How many requests a full bucket holds at once'),
  inFlight: whole(1, burstMax).optional().describe('How many exchanges may be open at one time'),
  mode: z
    .enum(['enforce', 'shadow', 'off'], 'must be enforce, shadow or off')
    .default('enforce')
    .describe('shadow: counted and audited, refuses nobody; off: whom it speaks of is not limited so'),
  whenCountersAreAway: z
    .enum(['admit-locally', 'refuse'], 'must be admit-locally or refuse')
    .optional()
    .describe(
      'While Redis does not answer; admit-locally (each throttle counts its part) where nothing is said',
    ),
});
export type LimitRule = z.output<typeof LimitRule>;

/** The parts of a limits document, each well formed; whether they go together is `limitsInconsistencies`' to say. */
export const LimitsShape = z.strictObject({
  classes: z
    .record(Name, z.array(Asid))
    .describe('Classes of systems: the ASIDs of each; an ASID is in one at most'),
  costs: z
    .record(InteractionId, whole(1, costMax))
    .describe("Requests' worth of an interaction; 1 where it is not named"),
  shares: z
    .strictObject({
      weights: z
        .record(Name, whole(1, weightMax))
        .describe('Weight of a class when a provider is shared out; 1 where it is not named'),
      below: between(0, 1).describe(
        "Shares are kept while less than this part of the provider's burst is left",
      ),
    })
    .describe('How consumers share a provider that is at its limit'),
  limits: z.array(LimitRule).describe('The limits, each with an id of its own'),
});

/** All of the limits: what the file states, what Postgres keeps and what throttle resolves asks by. */
export const LimitsDocument = LimitsShape.superRefine((document, ctx) => {
  for (const { path, message } of limitsInconsistencies(document)) {
    ctx.addIssue({ code: 'custom', path: [...path], message });
  }
});
export type LimitsDocument = z.output<typeof LimitsShape>;
