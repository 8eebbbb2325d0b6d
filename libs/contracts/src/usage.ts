import { z } from 'zod';

/** Where the billing API answers questions about usage. */
export const usagePath = '/v1/usage';
/** Where it lists the months that have any. */
export const usageMonthsPath = '/v1/months';

/** What usage can be grouped by; a party is its ODS code together with its ASID. */
export const usageDimensions = ['supplier', 'provider', 'consumer', 'interaction', 'outcome'] as const;
export type UsageDimension = (typeof usageDimensions)[number];

/**
 * How exchanges ended: the class of the provider's status where its answer was whole; of what never went to a provider,
 * `refused`, `throttled` where there was no room for it, and `answered` by the proxy itself.
 */
export const usageOutcomes = [
  '2xx',
  '3xx',
  '4xx',
  '5xx',
  'failed',
  'abandoned',
  'unknown',
  'refused',
  'throttled',
  'answered',
] as const;
export type UsageOutcome = (typeof usageOutcomes)[number];

/** A calendar month, UTC, `YYYY-MM`. */
export const UsageMonth = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/, 'a month is written YYYY-MM');

export const UsageFigures = z.object({
  requests: z.int().nonnegative(),
  /** Requests for which the supplier is paid. */
  billable: z.int().nonnegative(),
  requestBytes: z.int().nonnegative(),
  responseBytes: z.int().nonnegative(),
  /** Milliseconds the provider took; null where none was measured. */
  providerMsMean: z.number().nonnegative().nullable(),
  providerMsMax: z.number().nonnegative().nullable(),
});
export type UsageFigures = z.infer<typeof UsageFigures>;

/** One group; it has the fields of the dimensions that were asked for, `unknown` where a part was not known. */
export const UsageRow = z.object({
  supplier: z.string().optional(),
  providerOds: z.string().optional(),
  providerAsid: z.string().optional(),
  consumerOds: z.string().optional(),
  consumerAsid: z.string().optional(),
  interaction: z.string().optional(),
  outcome: z.enum(usageOutcomes).optional(),
  ...UsageFigures.shape,
});
export type UsageRow = z.infer<typeof UsageRow>;

/** The usage of a period, `to` excluded, grouped and in the order of the groups' names. */
export const UsageReport = z.object({
  period: z.object({ from: z.iso.datetime(), to: z.iso.datetime() }),
  groupBy: z.array(z.enum(usageDimensions)),
  rows: z.array(UsageRow),
  totals: UsageFigures,
});
export type UsageReport = z.infer<typeof UsageReport>;

/** The months that have usage, newest first. */
export const UsageMonths = z.object({ months: z.array(UsageMonth) });
