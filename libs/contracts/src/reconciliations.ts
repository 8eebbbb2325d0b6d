import { z } from 'zod';

/** Where the billing API tells which hours were held against the audit (`GET ?from=&to=` or `?month=`), and holds hours against it (`POST` the same). */
export const reconciliationsPath = '/v1/reconciliations';

/**
 * How billing, the audit and the edges may differ:
 * `lost` – the audit has an exchange that is not counted; `doubled` – more is counted than the audit has;
 * `altered` – an exchange is counted otherwise than the audit has it; `missing` – an edge has counted exchanges that the audit has not;
 * `surplus` – the audit has more of an edge than it has counted; `late` – an exchange came after its hour was reconciled, and is
 * counted: nothing is wrong; `retired` – the audit of the hour was dropped before it was reconciled.
 */
export const differenceKinds = [
  'lost',
  'doubled',
  'altered',
  'missing',
  'surplus',
  'late',
  'retired',
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

export const Difference = z.object({
  /** By which it is accepted, for as long as the hour differs so. */
  id: z.int().positive(),
  hour: z.iso.datetime(),
  kind: z.enum(differenceKinds),
  /** Null where it is of no single exchange. */
  internalId: z.string().nullable(),
  traceId: z.string().nullable(),
  /** What differs, in words. */
  about: z.string(),
});
export type Difference = z.infer<typeof Difference>;

/** Where the billing API lists what was accepted (`GET ?from=&to=` or `?month=`), and accepts (`POST`). */
export const acceptancesPath = '/v1/acceptances';

/** What a person accepts though it does not balance, so that the month can be closed: it stays in the records for good. */
export const Acceptance = z.object({
  id: z.int().positive(),
  from: z.iso.datetime(),
  /** Excluded. */
  to: z.iso.datetime(),
  /** One difference of an hour, as it was named then; null of all hours from `from` to `to` whose audit or ledger is not there whole. */
  difference: z
    .object({ kind: z.enum(differenceKinds), internalId: z.string().nullable(), about: z.string() })
    .nullable(),
  who: z.string(),
  why: z.string(),
  at: z.iso.datetime(),
});
export type Acceptance = z.infer<typeof Acceptance>;

export const AcceptanceList = z.object({ acceptances: z.array(Acceptance) });
export type AcceptanceList = z.infer<typeof AcceptanceList>;

/** `waiting` – not reconciled yet, or changed since. */
const reconciledStates = ['balanced', 'unbalanced', 'waiting'] as const;
/** `accepted` – it differs, and a person has accepted all of it. */
const hourStates = [...reconciledStates, 'accepted'] as const;

export const ReconciledHour = z.object({
  hour: z.iso.datetime(),
  state: z.enum(hourStates),
  /** When it was last reconciled; null where it never was, and all counts are 0. */
  at: z.iso.datetime().nullable(),
  /** Exchanges that the edges have counted. */
  told: z.int().nonnegative(),
  /** Completed exchanges of the audit, each once. */
  audited: z.int().nonnegative(),
  /** Exchanges in billing's ledger. */
  entered: z.int().nonnegative(),
  /** What the usage sums up to. */
  requests: z.int().nonnegative(),
  billable: z.int().nonnegative(),
  requestBytes: z.int().nonnegative(),
  responseBytes: z.int().nonnegative(),
  /** Exchanges that the audit closed, since nobody told their end: they are nobody's usage. */
  closed: z.int().nonnegative(),
  /** Differences beside late ones; named are the first 1,000 of an hour. */
  differences: z.int().nonnegative(),
});
export type ReconciledHour = z.infer<typeof ReconciledHour>;

/** How the statement lines of a month differ from what was counted for it; the kinds are those of hours. */
export const MonthDifference = z.object({
  kind: z.enum(['lost', 'doubled', 'altered']),
  /** What differs, in words: of no single exchange. */
  about: z.string(),
});
export type MonthDifference = z.infer<typeof MonthDifference>;

/** A closed month whose statement lines were held against its usage. */
export const ReconciledMonth = z.object({
  month: z.string(),
  state: z.enum(reconciledStates),
  /** When that was last done; null where it never was, and all counts are 0. */
  at: z.iso.datetime().nullable(),
  /** Billable requests that lines state, late ones of later statements among them. */
  stated: z.int().nonnegative(),
  /** Billable requests of the usage. */
  counted: z.int().nonnegative(),
  /** Those of them that came late, and that the next statement states. */
  toBeStated: z.int().nonnegative(),
  /** All of them; named are the first 1,000. */
  differences: z.int().nonnegative(),
  named: z.array(MonthDifference),
});
export type ReconciledMonth = z.infer<typeof ReconciledMonth>;

/** Hours that were left out, as they have not ended long enough ago for their last events to have come; `to` is excluded. */
export const NotRipe = z.object({ from: z.iso.datetime(), to: z.iso.datetime(), hours: z.int().positive() });
export type NotRipe = z.infer<typeof NotRipe>;

/** The hours of a period that ended, the closed months that lie in it whole, and how they differ. */
export const Reconciliations = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** Whether there is anything to be told, and all of it balances. */
  isBalanced: z.boolean(),
  /** In one word, of hours and months together: the worst of them. */
  state: z.enum([...hourStates, 'nothing ripe']),
  /** Null where none was left out. */
  notRipe: NotRipe.nullable(),
  hours: z.array(ReconciledHour),
  differences: z.array(Difference),
  /** What was accepted of these hours. */
  acceptances: z.array(Acceptance).default([]),
  months: z.array(ReconciledMonth),
});
export type Reconciliations = z.infer<typeof Reconciliations>;

/** One line of the answer to a run, which is JSON lines; the last is `end`, without which it was cut off. */
export const ReconcileLine = z.union([
  z.object({ hour: ReconciledHour, differences: z.array(Difference) }),
  z.object({ month: ReconciledMonth }),
  z.object({
    end: z.literal(true),
    hours: z.int(),
    unbalanced: z.int(),
    waiting: z.int(),
    /** Closed months whose lines are not what was counted. */
    unbalancedMonths: z.int(),
    notRipe: NotRipe.nullable(),
  }),
]);
export type ReconcileLine = z.infer<typeof ReconcileLine>;
