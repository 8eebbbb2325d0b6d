import { usageDimensions, type UsageDimension, UsageMonth } from '@ssp/contracts';
import { Problem } from '@ssp/service';
import { readInput } from '@ssp/service/operator';
import { z } from 'zod';

/** A question about usage. */
export type UsageQuery = {
  readonly from: Date;
  /** Excluded. */
  readonly to: Date;
  /** Without repeats, in the order of `usageDimensions`. */
  readonly groupBy: readonly UsageDimension[];
  /** Exact names; a party matches by its ODS code or its ASID. Null asks for all. */
  readonly filters: {
    readonly supplier: string | null;
    readonly provider: string | null;
    readonly consumer: string | null;
    readonly interaction: string | null;
  };
  readonly format: 'json' | 'csv' | null;
};

const Hour = z
  .string()
  .regex(/^20\d\d-\d\d-\d\dT\d\d:00(:00(\.000)?)?Z$/, 'an hour is written YYYY-MM-DDTHH:00Z')
  .transform((text) => new Date(text))
  .refine((date) => !Number.isNaN(date.getTime()), 'there is no such hour');

const filter = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => !/\p{Cc}/u.test(text), 'control characters are not allowed')
  .nullable()
  .default(null);

/** Names separated by commas, in one parameter or in several. */
const GroupBy = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((text) => [text].flat().flatMap((names) => names.split(',')))
  .transform((names) => names.map((name) => name.trim()).filter((name) => name !== ''))
  .pipe(z.array(z.enum(usageDimensions, { error: `one of ${usageDimensions.join(', ')}` })))
  .transform((names) => usageDimensions.filter((dimension) => names.includes(dimension)));

/** What the query string may hold. */
export const UsageQueryInput = z.strictObject({
  month: UsageMonth.optional().describe('A calendar month, UTC, instead of from and to'),
  from: Hour.optional().describe('First hour of the period, UTC'),
  to: Hour.optional().describe('Hour after the last of the period, UTC'),
  groupBy: GroupBy.describe(`What to group by, separated by commas: ${usageDimensions.join(', ')}`),
  supplier: filter.describe('Exact name of the supplier'),
  provider: filter.describe('ODS code or ASID of the provider'),
  consumer: filter.describe('ODS code or ASID of the consumer'),
  interaction: filter.describe('Interaction id'),
  format: z.enum(['json', 'csv']).nullable().default(null).describe('Instead of the Accept header'),
});

/** Reads a query string's parameters. @throws Problem 400 that names every fault */
export function parseUsageQuery(parameters: unknown): UsageQuery {
  const { month, from, to, groupBy, format, ...filters } = readInput(UsageQueryInput, parameters);
  return { ...periodOf(month, from, to), groupBy, filters, format };
}

function periodOf(month: string | undefined, from: Date | undefined, to: Date | undefined) {
  if (month !== undefined && from === undefined && to === undefined) return monthPeriod(month);
  if (month === undefined && from !== undefined && to !== undefined && from < to) return { from, to };
  throw new Problem(400, 'give either month, or from and a later to');
}

function monthPeriod(month: string): { from: Date; to: Date } {
  const from = new Date(`${month}-01T00:00:00Z`);
  return { from, to: new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1)) };
}
