import { z } from 'zod';
import { usageOutcomes } from './usage.ts';

/** Where the billing API names the exchanges behind a figure. */
export const countedExchangesPath = '/v1/exchanges';

/** An exchange that was counted; null where it was counted before details were kept. */
export const CountedExchange = z.object({
  /** Its own id, by which the audit tells its story. */
  internalId: z.uuid(),
  hour: z.iso.datetime(),
  supplier: z.string().nullable(),
  providerOds: z.string().nullable(),
  providerAsid: z.string().nullable(),
  consumerOds: z.string().nullable(),
  consumerAsid: z.string().nullable(),
  interaction: z.string().nullable(),
  outcome: z.enum(usageOutcomes).nullable(),
  isBillable: z.boolean().nullable(),
  requestBytes: z.int().nonnegative().nullable(),
  responseBytes: z.int().nonnegative().nullable(),
  /** Null also where the provider's time was not measured. */
  providerMs: z.number().nonnegative().nullable(),
  totalMs: z.number().nonnegative().nullable(),
});
export type CountedExchange = z.infer<typeof CountedExchange>;

/** A page of the exchanges behind a figure, by hour and id. */
export const CountedExchanges = z.object({
  period: z.object({ from: z.iso.datetime(), to: z.iso.datetime() }),
  exchanges: z.array(CountedExchange),
  /** `cursor` of the next page; null after the last. */
  next: z.string().nullable(),
});
export type CountedExchanges = z.infer<typeof CountedExchanges>;
