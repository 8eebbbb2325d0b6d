import { Problem } from '@ssp/service';
import { readInput } from '@ssp/service/operator';
import { z } from 'zod';
import { type Period } from '../rollups/plan-parts.ts';
import { periodOf, type UsageFilters, usageSelection } from './usage-query.ts';

/** What the query string of the exchanges behind a figure may hold. */
export const ExchangeQueryInput = z.strictObject({
  ...usageSelection,
  billable: z.stringbool().optional().describe('Only those that are paid for, or only those that are not'),
  limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('Exchanges on a page, at most'),
  cursor: z
    .string()
    .max(500)
    .optional()
    .describe('`next` of the page before; to be sent with the query of that page'),
});

/** A question about the exchanges behind a figure. */
export type ExchangeQuery = Period & {
  readonly filters: UsageFilters;
  readonly isBillable: boolean | null;
  readonly limit: number;
  /** What the page before ended with. */
  readonly after: ExchangePlace | null;
};

/** An exchange's place in the ledger; without an id, the beginning of the hour. */
export type ExchangePlace = { readonly hour: Date; readonly internalId: string | null };

/** Reads a query string's parameters. @throws Problem 400 that names every fault */
export function parseExchangeQuery(parameters: unknown): ExchangeQuery {
  const input = readInput(ExchangeQueryInput, parameters);
  const { supplier, provider, consumer, interaction, outcome, billable, limit, cursor } = input;
  const period = periodOf(input);
  const after = cursor === undefined ? null : readPlace(cursor);
  if (after !== null && (after.hour < period.from || after.hour >= period.to)) {
    throw new Problem(400, 'cursor: is not that of a page of this query');
  }
  return {
    ...period,
    filters: { supplier, provider, consumer, interaction, outcome },
    isBillable: billable ?? null,
    limit,
    after,
  };
}

/** The text by which the page after a place is asked for. */
export function writePlace({ hour, internalId }: ExchangePlace): string {
  return Buffer.from(JSON.stringify([hour, internalId])).toString('base64url');
}

const Place = z
  .string()
  .transform((text, ctx): unknown => {
    try {
      return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    } catch {
      ctx.addIssue('is no cursor');
      return z.NEVER;
    }
  })
  .pipe(z.tuple([z.iso.datetime().transform((text) => new Date(text)), z.uuid().nullable()]));

function readPlace(cursor: string): ExchangePlace {
  const read = Place.safeParse(cursor);
  if (!read.success) throw new Problem(400, 'cursor: is not that of a page of this query');
  const [hour, internalId] = read.data;
  return { hour, internalId };
}
