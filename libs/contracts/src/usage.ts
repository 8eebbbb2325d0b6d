import { z } from 'zod';

/** Where the billing API answers questions about usage. */
export const usagePath = '/v1/usage';
/** Where it lists the months that have any. */
export const usageMonthsPath = '/v1/months';

/** What usage can be grouped by; a party is its ODS code together with its ASID. */
export const usageDimensions = ['supplier', 'provider', 'consumer', 'interaction', 'outcome'] as const;
export type UsageDimension = (typeof usageDimensions)[number];

/** What time usage can be grouped by, UTC. */
export const usageGranularities = ['total', 'hour', 'day', 'month'] as const;
export type UsageGranularity = (typeof usageGranularities)[number];

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

/** Milliseconds; null where none was measured. */
const Ms = z.number().nonnegative().nullable();

/** What part of the measured times is no longer than so much, within 1 %. */
export const UsagePercentiles = z.object({
  providerMsP50: Ms,
  providerMsP95: Ms,
  providerMsP99: Ms,
  ownMsP50: Ms,
  ownMsP95: Ms,
  ownMsP99: Ms,
});
export type UsagePercentiles = z.infer<typeof UsagePercentiles>;

export const UsageFigures = z.object({
  requests: z.int().nonnegative(),
  /** Requests for which the supplier is paid. */
  billable: z.int().nonnegative(),
  /** Requests that the provider answered with 5xx or failed to answer. */
  errors: z.int().nonnegative(),
  requestBytes: z.int().nonnegative(),
  responseBytes: z.int().nonnegative(),
  /** What the provider took. */
  providerMsMean: Ms,
  providerMsMax: Ms,
  /** What the proxy took beside the provider. */
  ownMsMean: Ms,
  /** Where they were asked for. */
  ...UsagePercentiles.partial().shape,
});
export type UsageFigures = z.infer<typeof UsageFigures>;

/** How figures stand to those of the former period: 0.1 is a tenth more; null where the former had nothing to compare with. */
export const UsageChange = z.object({
  requests: z.number().nullable(),
  billable: z.number().nullable(),
  errors: z.number().nullable(),
  requestBytes: z.number().nullable(),
  responseBytes: z.number().nullable(),
  providerMsMean: z.number().nullable(),
  ownMsMean: z.number().nullable(),
});
export type UsageChange = z.infer<typeof UsageChange>;

/** One group; it has the fields of the dimensions that were asked for, `unknown` where a part was not known. */
export const UsageRow = z.object({
  /** Beginning of the hour, day or month, where time is grouped. */
  start: z.iso.datetime().optional(),
  supplier: z.string().optional(),
  providerOds: z.string().optional(),
  providerAsid: z.string().optional(),
  consumerOds: z.string().optional(),
  consumerAsid: z.string().optional(),
  interaction: z.string().optional(),
  outcome: z.enum(usageOutcomes).optional(),
  ...UsageFigures.shape,
  /** Where comparison was asked for: the same group in the former period, as far into it; null where it had none. */
  previous: UsageFigures.nullable().optional(),
  change: UsageChange.nullable().optional(),
});
export type UsageRow = z.infer<typeof UsageRow>;

const Period = z.object({ from: z.iso.datetime(), to: z.iso.datetime() });

/** The usage of a period, `to` excluded: a page of its groups, in the order asked for, and the totals of all of them. */
export const UsageReport = z.object({
  period: Period,
  groupBy: z.array(z.enum(usageDimensions)),
  granularity: z.enum(usageGranularities),
  rows: z.array(UsageRow),
  totals: UsageFigures,
  /** Where comparison was asked for: the former period, just before and equally long. */
  previous: z.object({ period: Period, totals: UsageFigures, change: UsageChange }).optional(),
  /** `cursor` of the next page; null after the last. */
  next: z.string().nullable(),
});
export type UsageReport = z.infer<typeof UsageReport>;

/** The months that have usage, newest first. */
export const UsageMonths = z.object({ months: z.array(UsageMonth) });
