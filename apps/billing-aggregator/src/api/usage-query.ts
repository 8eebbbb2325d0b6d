import { hash } from 'node:crypto';
import {
  usageDimensions,
  type UsageDimension,
  usageGranularities,
  type UsageGranularity,
  UsageMonth,
  usageOutcomes,
  type UsageOutcome,
} from '@ssp/contracts';
import { Problem } from '@ssp/service';
import { readInput } from '@ssp/service/operator';
import { z } from 'zod';
import { ExactName } from './exact-name.ts';
import { readUsageCursor, type UsagePlace } from './usage-cursor.ts';

/** Exact names; a party matches by its ODS code or its ASID. Null asks for all. */
export type UsageFilters = {
  readonly supplier: string | null;
  readonly provider: string | null;
  readonly consumer: string | null;
  readonly interaction: string | null;
  readonly outcome: UsageOutcome | null;
};

/** Figures that groups can be put in the order of. */
export const orderedFigures = [
  'requests',
  'billable',
  'errors',
  'requestBytes',
  'responseBytes',
  'providerMsMean',
  'providerMsMax',
  'ownMsMean',
] as const;
export type OrderedFigure = (typeof orderedFigures)[number];

/** Null is the order of time and names. */
export type UsageOrder = { readonly by: OrderedFigure; readonly isDescending: boolean } | null;

/** A question about usage. */
export type UsageQuery = {
  readonly from: Date;
  /** Excluded. */
  readonly to: Date;
  /** Without repeats, in the order of `usageDimensions`. */
  readonly groupBy: readonly UsageDimension[];
  readonly granularity: UsageGranularity;
  readonly filters: UsageFilters;
  readonly order: UsageOrder;
  readonly limit: number | null;
  /** The last group of the page before. */
  readonly after: UsagePlace | null;
  readonly isCompared: boolean;
  readonly hasPercentiles: boolean;
  readonly format: 'json' | 'csv' | null;
  /** Of the question without its page: what a cursor belongs to. */
  readonly mark: string;
};

const Hour = z
  .string()
  .regex(/^20\d\d-\d\d-\d\dT\d\d:00(:00(\.000)?)?Z$/, 'an hour is written YYYY-MM-DDTHH:00Z')
  .transform((text) => new Date(text))
  .refine((date) => !Number.isNaN(date.getTime()), 'there is no such hour');

const filter = ExactName.nullable().default(null);

/** Names separated by commas, in one parameter or in several. */
const GroupBy = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((text) => [text].flat().flatMap((names) => names.split(',')))
  .transform((names) => names.map((name) => name.trim()).filter((name) => name !== ''))
  .pipe(z.array(z.enum(usageDimensions, { error: `one of ${usageDimensions.join(', ')}` })))
  .transform((names) => usageDimensions.filter((dimension) => names.includes(dimension)));

const orders = ['name', ...orderedFigures.flatMap((figure) => [figure, `-${figure}` as const])] as const;

/** What period and whose usage is asked for. */
export const usageSelection = {
  month: UsageMonth.optional().describe('A calendar month, UTC, instead of from and to'),
  from: Hour.optional().describe('First hour of the period, UTC'),
  to: Hour.optional().describe('Hour after the last of the period, UTC'),
  supplier: filter.describe('Exact name of the supplier'),
  provider: filter.describe('ODS code or ASID of the provider'),
  consumer: filter.describe('ODS code or ASID of the consumer'),
  interaction: filter.describe('Interaction id'),
  outcome: z.enum(usageOutcomes).nullable().default(null).describe('How the exchanges ended'),
};

/** What the query string may hold. */
export const UsageQueryInput = z.strictObject({
  ...usageSelection,
  groupBy: GroupBy.describe(`What to group by, separated by commas: ${usageDimensions.join(', ')}`),
  granularity: z.enum(usageGranularities).default('total').describe('What time to group by, UTC'),
  order: z
    .enum(orders)
    .default('name')
    .describe('Order of the groups: time and names, or a figure; `-` puts the highest first'),
  limit: z.coerce.number().int().min(1).max(10_000).optional().describe('Groups on a page; 1000 unless said'),
  cursor: z
    .string()
    .max(4_000)
    .optional()
    .describe('`next` of the page before; to be sent with the query of that page'),
  compare: z.enum(['previous']).optional().describe('With the period just before, equally long'),
  percentiles: z.stringbool().default(false).describe('Whether to tell percentiles of the times'),
  format: z.enum(['json', 'csv']).nullable().default(null).describe('Instead of the Accept header'),
});

const yearsMax = 10;

/** Reads a query string's parameters. @throws Problem 400 that names every fault */
export function parseUsageQuery(parameters: unknown): UsageQuery {
  const input = readInput(UsageQueryInput, parameters);
  const { groupBy, granularity, supplier, provider, consumer, interaction, outcome, limit, format } = input;
  const asked = {
    ...periodOf(input),
    groupBy,
    granularity,
    filters: { supplier, provider, consumer, interaction, outcome },
    order: orderOf(input.order),
    isCompared: input.compare !== undefined,
    hasPercentiles: input.percentiles,
  };
  const mark = hash('sha256', JSON.stringify(asked), 'base64url').slice(0, 16);
  const after = input.cursor === undefined ? null : readUsageCursor(input.cursor, mark);
  return { ...asked, limit: limit ?? null, after, format, mark };
}

function orderOf(order: (typeof orders)[number]): UsageOrder {
  const by = orderedFigures.find((figure) => order.endsWith(figure));
  return by === undefined ? null : { by, isDescending: order.startsWith('-') };
}

/** @throws Problem 400 where it is not exactly one period */
export function periodOf({
  month,
  from,
  to,
}: {
  readonly month?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}) {
  if (month !== undefined && from === undefined && to === undefined) return monthPeriod(month);
  if (month === undefined && from !== undefined && to !== undefined && from < to) {
    if (to.getTime() - from.getTime() <= yearsMax * 366 * 86_400_000) return { from, to };
    throw new Problem(400, `to: at most ${yearsMax} years after from`);
  }
  throw new Problem(400, 'give either month, or from and a later to');
}

function monthPeriod(month: string): { from: Date; to: Date } {
  const from = new Date(`${month}-01T00:00:00Z`);
  return { from, to: new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1)) };
}
