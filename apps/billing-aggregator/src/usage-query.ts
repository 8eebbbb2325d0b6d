import { usageDimensions, type UsageDimension, UsageMonth } from '@ssp/contracts';
import { Problem } from '@ssp/service';
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

const Query = z
  .strictObject({
    month: UsageMonth.optional(),
    from: Hour.optional(),
    to: Hour.optional(),
    groupBy: GroupBy,
    supplier: filter,
    provider: filter,
    consumer: filter,
    interaction: filter,
    format: z.enum(['json', 'csv']).nullable().default(null),
  })
  .transform(({ month, from, to, groupBy, format, ...filters }, ctx) => {
    if (month !== undefined && from === undefined && to === undefined) {
      return { ...monthPeriod(month), groupBy, filters, format };
    }
    if (month === undefined && from !== undefined && to !== undefined && from < to) {
      return { from, to, groupBy, filters, format };
    }
    ctx.addIssue('give either month, or from and a later to');
    return z.NEVER;
  });

/** Reads a query string's parameters. @throws Problem 400 that names every fault */
export function parseUsageQuery(parameters: unknown): UsageQuery {
  const result = Query.safeParse(parameters);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${String(path[0])}: ${message}`,
  );
  throw new Problem(400, faults.join('; '));
}

function monthPeriod(month: string): { from: Date; to: Date } {
  const from = new Date(`${month}-01T00:00:00Z`);
  return { from, to: new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1)) };
}
