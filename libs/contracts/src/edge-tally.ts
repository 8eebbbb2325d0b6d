import { z } from 'zod';
import { defineEvent } from './event.ts';
import { ExchangeCompleted, exchangeOutcomes } from './exchange-events.ts';

/** Exchanges that ended in an hour, by how. */
export const OutcomeCounts = z.record(z.enum(exchangeOutcomes), z.int().nonnegative());
export type OutcomeCounts = z.infer<typeof OutcomeCounts>;

/** What an edge counts of the exchanges of an hour, beside telling of each. */
export const TallyCounts = z.object({
  completed: z.int().nonnegative(),
  outcomes: OutcomeCounts,
  requestBytes: z.int().nonnegative(),
  responseBytes: z.int().nonnegative(),
});
export type TallyCounts = z.infer<typeof TallyCounts>;

/**
 * An edge says how many exchanges it has completed in an hour so far, so that what is lost of the completed events is missed without
 * them. Its time lies in the hour that it tells of, each tells of all of the hour up to then, and it is not numbered: the one with the highest `upTo`
 * counts, whatever came of the others. It travels with the completed exchanges, behind those it counts.
 */
export const EdgeTally = defineEvent({
  type: 'edge.tally',
  topic: ExchangeCompleted.topic,
  data: z.object({
    /** The source of the exchanges that are counted: one edge, from a start to its end. */
    edge: z.string(),
    /** The hour, UTC, by the times of the completed events. */
    hour: z.iso.datetime({ precision: 3 }),
    /** The number of the last completed event that is counted; what bears a higher one is not. */
    upTo: z.int().positive(),
    ...TallyCounts.shape,
  }),
});
export type EdgeTally = z.infer<typeof EdgeTally.schema>;
