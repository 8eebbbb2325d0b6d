import { readInput } from '@ssp/service/operator';
import { z } from 'zod';

const hourMs = 3_600_000;
/** A month, and the hours around it. */
const hoursMax = 24 * 32;

const Hour = z
  .string()
  .regex(/^20\d\d-\d\d-\d\dT\d\d:00(:00(\.000)?)?Z$/, 'an hour is written YYYY-MM-DDTHH:00Z')
  .refine((text) => !Number.isNaN(Date.parse(text)), 'there is no such hour');

const hoursBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / hourMs;

/** Whole hours, at most 32 days of them. */
export const BooksQuery = z
  .strictObject({ from: Hour, to: Hour.describe('Excluded') })
  .refine(({ from, to }) => hoursBetween(from, to) >= 1, 'to: must be after from')
  .refine(({ from, to }) => hoursBetween(from, to) <= hoursMax, `to: at most ${hoursMax} hours after from`);

/** One hour. */
export const BookedQuery = z.strictObject({ hour: Hour });

/** Reads the query of `/v1/books`: the hours asked for. @throws Problem 400 */
export function parseBooksQuery(query: unknown): readonly Date[] {
  const { from, to } = readInput(BooksQuery, query);
  return Array.from(
    { length: hoursBetween(from, to) },
    (_, hours) => new Date(Date.parse(from) + hours * hourMs),
  );
}

/** Reads the query of `/v1/books/exchanges`. @throws Problem 400 */
export function parseBookedQuery(query: unknown): Date {
  return new Date(readInput(BookedQuery, query).hour);
}
