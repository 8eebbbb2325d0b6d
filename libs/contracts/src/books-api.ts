import { z } from 'zod';
import { FileDifference } from './file-difference.ts';
import { Pounds, Price } from './money.ts';
import { Acceptance } from './reconciliations.ts';
import { Statement, StatementNumber } from './statement.ts';
import { UsageMonth } from './usage.ts';

/** Where the billing API keeps tariffs. */
export const tariffsPath = '/v1/tariffs';
/** Where it takes and lists corrections. */
export const adjustmentsPath = '/v1/adjustments';

/** Every version of the tariffs, the newest first. */
export const TariffVersions = z.object({
  versions: z.array(
    z.object({
      version: z.string(),
      loadedAt: z.iso.datetime(),
      who: z.string(),
      why: z.string(),
    }),
  ),
});

const validity = {
  id: z.string(),
  from: UsageMonth,
  /** The last month it holds for; null until another takes its place. */
  until: UsageMonth.nullable(),
  /** Or `any`, as below. */
  supplier: z.string(),
  note: z.string().nullable(),
};

/** The tariffs in force as a file, and entry by entry; version 0 where none were ever loaded. */
export const TariffText = z.object({
  version: z.string(),
  text: z.string(),
  prices: z.array(
    z.object({
      ...validity,
      interaction: z.string(),
      outcome: z.string(),
      /** One where the price is not graduated. `upTo` is null for all beyond the step before. */
      tiers: z.array(z.object({ upTo: z.int().nullable(), price: Price })),
    }),
  ),
  minimums: z.array(z.object({ ...validity, amount: Price })),
});
export type TariffText = z.infer<typeof TariffText>;

/** What a file of tariffs would change, or has changed. */
export const TariffDifference = FileDifference.extend({
  /** Closed months that would be priced otherwise: where there are any, the file is not taken. */
  closedMonths: z.array(UsageMonth),
});
export type TariffDifference = z.infer<typeof TariffDifference>;

/** How a month stands. */
export const MonthState = z.object({
  month: UsageMonth,
  state: z.enum(['open', 'closed']),
  /** What it was closed with; null while it is open. */
  closing: z
    .object({
      closedAt: z.iso.datetime(),
      who: z.string(),
      why: z.string(),
      tariffVersion: z.int().positive().nullable(),
      statements: z.int(),
      requests: z.int(),
      billable: z.int(),
      /** Why it was closed though it was not held against the audit; null where it was. */
      unreconciled: z.string().nullable().default(null),
      /** What had been accepted of its hours. */
      accepted: z.array(Acceptance).default([]),
    })
    .nullable(),
  /** Exchanges that were counted for it after it was closed, and those of them that are paid for. */
  late: z.int(),
  lateBillable: z.int(),
});
export type MonthState = z.infer<typeof MonthState>;

/** Where billing tells how its months stand. */
export const monthStatesPath = '/v1/month-states';

/** How the months that have usage stand, newest first. */
export const MonthStates = z.object({ months: z.array(MonthState) });

/** What a month was closed with or, in a trial, would be. */
export const MonthClosing = z.object({
  month: UsageMonth,
  closed: z.boolean(),
  /** Why it cannot be closed now; none where it can, or was. */
  reasons: z.array(z.string()),
  /** False where there is no audit to hold it against: then it is closed only with a reason for that. */
  isAudited: z.boolean().default(true),
  /** What was accepted of its hours, without which it could not be closed. */
  accepted: z.array(Acceptance).default([]),
  statements: z.array(
    Statement.pick({
      number: true,
      supplier: true,
      requests: true,
      billable: true,
      lines: true,
      total: true,
    }),
  ),
});
export type MonthClosing = z.infer<typeof MonthClosing>;

/** A correction that was ordered. */
export const Adjustment = z.object({
  id: z.int().positive(),
  supplier: z.string(),
  /** The line that it corrects: `SSP-2026-03-0001/4`. */
  refersTo: z.string(),
  amount: Pounds,
  reason: z.string(),
  who: z.string(),
  madeAt: z.iso.datetime(),
  /** The line that states it; null while it waits for the supplier's next statement. */
  statedOn: z.string().nullable(),
});
export type Adjustment = z.infer<typeof Adjustment>;

/** The newest first. */
export const AdjustmentList = z.object({ adjustments: z.array(Adjustment) });

/** The exchanges that a line of a statement is paid for, in the order of their hours, a page at a time. */
export const LineExchanges = z.object({
  number: StatementNumber,
  line: z.int(),
  /** How many the line is about. */
  quantity: z.int(),
  exchanges: z.array(
    z.object({
      internalId: z.uuid(),
      hour: z.iso.datetime(),
      providerOds: z.string(),
      providerAsid: z.string(),
      consumerOds: z.string(),
      consumerAsid: z.string(),
      requestBytes: z.int().nullable(),
      responseBytes: z.int().nullable(),
    }),
  ),
  /** Asks for what follows; null at the end. */
  next: z.string().nullable(),
});
export type LineExchanges = z.infer<typeof LineExchanges>;
