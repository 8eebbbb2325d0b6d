import { millionthsOf, priceText, UsageMonth } from '@ssp/contracts';
import { z } from 'zod';

const printable = (lengthMax: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(lengthMax, `must have at most ${lengthMax} characters`)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line of printable characters')
    .refine((text) => text === text.trim(), 'must not begin or end with a blank');

const Id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$/, 'an id is up to 50 letters, digits, dots, - and _');

// A file's values arrive as text, so a price never is a float.
const PriceInFile = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,6})?$/, 'must be pounds with at most six decimals, such as 0.0125')
  .transform((text) => priceText(millionthsOf(text)));

const AmountInFile = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,2})?$/, 'must be pounds with at most two decimals, such as 250.00')
  .transform((text) => priceText(millionthsOf(text)));

const Count = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'must be a whole number of requests, at least 1')
  .transform(Number);

/** One step of a graduated price: it holds for requests beyond the step before, up to this count; the last has no end. */
export const TariffTier = z.strictObject({ upTo: Count.optional(), price: PriceInFile });

const validity = {
  /** The first month it holds for. */
  from: UsageMonth,
  /** The last one; without it, until another of the same supplier, interaction and outcome begins, or for ever. */
  until: UsageMonth.optional(),
  supplier: z.union([z.literal('any'), printable(200)]),
  note: printable(1_000).optional(),
};

/** What a request of a supplier, an interaction and an outcome is paid with. */
export const TariffPrice = z.strictObject({
  id: Id,
  ...validity,
  interaction: z.union([z.literal('any'), printable(255)]),
  outcome: z.enum(['any', '2xx', '3xx', '4xx'], 'must be any, 2xx, 3xx or 4xx: nothing else is paid for'),
  price: PriceInFile.optional(),
  tiers: z.array(TariffTier).min(1).max(100).optional(),
});
export type TariffPrice = z.output<typeof TariffPrice>;

/** The least that a supplier is paid for the usage of a month. */
export const TariffMinimum = z.strictObject({ id: Id, ...validity, amount: AmountInFile });
export type TariffMinimum = z.output<typeof TariffMinimum>;

/** The reviewed file of all prices. Its parts are checked against one another by `inconsistencies`. */
export const TariffFile = z.strictObject({
  prices: z.array(TariffPrice).max(10_000),
  minimums: z.array(TariffMinimum).max(10_000),
});
export type TariffFile = z.output<typeof TariffFile>;
