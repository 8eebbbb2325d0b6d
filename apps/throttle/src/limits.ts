import { Asid, InteractionId } from '@ssp/spine';
import { z } from 'zod';
import { type RateLimit } from './gcra.ts';

// Rounded up to whole microseconds: a limit is never exceeded, and kept a little under where it does not divide a second.
const Limit = z
  .strictObject({
    perSecond: z.number().min(0.001).max(100_000),
    burst: z.int().min(1).max(1_000_000),
  })
  .transform(({ perSecond, burst }): RateLimit => ({ intervalUs: Math.ceil(1_000_000 / perSecond), burst }));

/**
 * The limits file. No figures are published for the national proxy; the defaults are this project's own.
 * `consumers` and `providers` hold what is special for an ASID. An entry of `interactions` limits one interaction of
 * each consumer, or of the consumer it names, beside that consumer's limit as a whole.
 */
export const Limits = z.strictObject({
  consumer: Limit.prefault({ perSecond: 500, burst: 1_000 }),
  provider: Limit.prefault({ perSecond: 200, burst: 400 }),
  global: Limit.prefault({ perSecond: 3_000, burst: 6_000 }),
  consumers: z.record(Asid, Limit).default({}),
  providers: z.record(Asid, Limit).default({}),
  interactions: z
    .array(z.strictObject({ interactionId: InteractionId, consumer: Asid.optional(), limit: Limit }))
    .default([]),
});
export type Limits = z.output<typeof Limits>;
