import { Asid, InteractionId } from '@ssp/spine';
import { z } from 'zod';

const selectorText = 'must be any, { asid: twelve digits } or { ods: letters and digits }';

const Selector = z.union(
  [
    z.literal('any'),
    z.strictObject({ asid: Asid }),
    z.strictObject({ ods: z.string().regex(/^[A-Za-z0-9]{2,12}$/) }),
  ],
  selectorText,
);
export type Selector = z.infer<typeof Selector>;

// A file's values arrive as text, so that codes keep their zeros.
const priorityMax = 1_000_000_000;
const Priority = z
  .union(
    [
      z.int(),
      z
        .string()
        .regex(/^\d{1,10}$/)
        .transform(Number),
    ],
    'must be a whole number',
  )
  .refine((value) => value >= 0 && value <= priorityMax, `must lie between 0 and ${priorityMax}`);

const Flag = z.union(
  [z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')],
  'must be true or false',
);

const printable = (lengthMax: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(lengthMax, `must have at most ${lengthMax} characters`)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line of printable characters');

const name = (what: string) =>
  z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/,
      `${what} is up to 100 letters, digits, dots, colons, - and _`,
    );

const Moment = z.iso.datetime({ offset: true, error: 'must be a moment such as 2026-04-01T00:00:00Z' });

const CapabilityName = name('the name of a capability');

const Fqdn = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/, 'must be a full host name, without a wildcard');

/** One rule of data sharing. It speaks of an interaction, a capability's interactions or, with `interaction: any`, of all. */
export const RulesFileRule = z.strictObject({
  ruleId: name('a rule id'),
  agreementId: printable(100),
  /** Lower goes first; among equals a deny does. */
  priority: Priority,
  from: Selector,
  to: Selector,
  interaction: z.union([z.literal('any'), InteractionId], 'must be any or an interaction id').optional(),
  capability: CapabilityName.optional(),
  effect: z.enum(['allow', 'deny'], 'must be allow or deny'),
  validFrom: Moment.optional(),
  /** The first moment at which it no longer holds. */
  validTo: Moment.optional(),
  note: printable(1_000).optional(),
});
export type RulesFileRule = z.output<typeof RulesFileRule>;

/** What holds for one interaction where it differs from the service's own settings. */
export const InteractionSettings = z.strictObject({
  agreement: z.enum(['allow', 'deny', 'exempt'], 'must be allow, deny or exempt').optional(),
  internet: Flag.default(true),
});

/**
 * The reviewed file of rules: all of them, so a section is never left out by mistake. Its parts are checked against
 * one another by `inconsistencies`.
 */
export const RulesFile = z.strictObject({
  rules: z.array(RulesFileRule).max(100_000),
  /** A capability's name, and the interactions that are agreed upon together under it. */
  capabilities: z.record(CapabilityName, z.array(InteractionId).min(1).max(1_000)),
  interactions: z.record(InteractionId, InteractionSettings),
  /** An interaction as asked for, and the one that receivers register in its place. */
  aliases: z.record(InteractionId, InteractionId),
  /** Names that a system's certificate may bear beside those the directory knows. */
  certificateNames: z.record(Asid, z.array(Fqdn).min(1).max(1_000)),
});
export type RulesFile = z.output<typeof RulesFile>;
