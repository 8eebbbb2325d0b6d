import { z } from 'zod';
import { TallyCounts } from './edge-tally.ts';
import { ExchangeCompleted } from './exchange-events.ts';

/** Where the audit tells what its completed events of each hour come to: `?from=&to=`, whole hours, UTC, `to` excluded. */
export const booksPath = '/v1/books';
/** Where it tells each completed exchange of an hour: `?hour=`. */
export const bookedExchangesPath = '/v1/books/exchanges';

const completed = ExchangeCompleted.schema.shape.data.shape;

/** What billing tells exchanges apart by, beside their hour. */
const bookedBy = {
  from: completed.from,
  to: completed.to,
  interactionId: completed.interactionId,
  outcome: completed.outcome,
  refusal: completed.refusal,
  providerStatus: completed.providerStatus,
  parties: completed.parties,
  /** There was an agreement for it. */
  wasAllowed: z.boolean(),
  /** An endpoint was dialled for it. */
  wasDialled: z.boolean(),
};

/** Completed events of an hour that are alike in all that billing tells exchanges apart by. */
export const BookGroup = z.object({
  ...bookedBy,
  exchanges: z.int().positive(),
  requestBytes: z.int().nonnegative(),
  responseBytes: z.int().nonnegative(),
});
export type BookGroup = z.infer<typeof BookGroup>;

/** What one edge, from a start to its end, has told of the exchanges of an hour. */
export const EdgeBook = z.object({
  edge: z.string(),
  /** What it has counted itself, with what its events tell of after its last tally; null where it has told no tally. */
  told: TallyCounts.nullable(),
  /** What the audit's completed events of it come to. */
  audited: TallyCounts,
  /** Numbers of its completed events that the audit misses between those of this hour, both ends included. */
  missing: z.array(z.object({ first: z.int().positive(), last: z.int().positive() })),
});
export type EdgeBook = z.infer<typeof EdgeBook>;

/** How far the audit had come with the topic of the completed exchanges as it was read. */
export const WrittenBelow = z.array(
  z.object({ partition: z.int().nonnegative(), offset: z.string().regex(/^\d+$/) }),
);
export type WrittenBelow = z.infer<typeof WrittenBelow>;

/** An hour of the audit, after its groups. */
export const BookHour = z.object({
  hour: z.iso.datetime(),
  completed: z.int().nonnegative(),
  /** Exchanges that began in it and were closed, since nobody told their end. */
  closed: z.int().nonnegative(),
  edges: z.array(EdgeBook),
  written: WrittenBelow,
  /** Its months are beyond the audit's retention: there is nothing left to hold billing against. */
  isRetired: z.boolean(),
});
export type BookHour = z.infer<typeof BookHour>;

/** One line of the answer, which is JSON lines: the groups of an hour, of which some may be alike and add up, then the hour; the last is `end`, without which the answer was cut off. */
export const BookLine = z.union([
  z.object({ group: BookGroup }),
  z.object({ hour: BookHour }),
  z.object({ end: z.literal(true) }),
]);
export type BookLine = z.infer<typeof BookLine>;

/** One completed event, by all that billing counts it by. */
export const BookedExchange = z.object({
  partition: z.int().nonnegative(),
  offset: z.string().regex(/^\d+$/),
  internalId: completed.internalId,
  traceId: completed.traceId,
  time: ExchangeCompleted.schema.shape.time,
  ...bookedBy,
  requestBytes: completed.requestBytes,
  responseBytes: completed.responseBytes,
  timings: completed.timings.pick({ totalMs: true, providerMs: true }),
});
export type BookedExchange = z.infer<typeof BookedExchange>;

/** One line of that answer. */
export const BookedExchangeLine = z.union([
  z.object({ exchange: BookedExchange }),
  z.object({ written: WrittenBelow }),
  z.object({ end: z.literal(true) }),
]);
export type BookedExchangeLine = z.infer<typeof BookedExchangeLine>;
