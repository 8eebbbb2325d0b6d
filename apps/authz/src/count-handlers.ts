import { type Snapshot } from './snapshot.ts';

export type HandlerCounts = Pick<Snapshot['counts'], 'handlers' | 'repeated'>;

type ByInteraction = NonNullable<ReturnType<Snapshot['handlers']['get']>>;

/** Counts the registrations of parties, and the pairs of party and interaction that have several. */
export function countHandlers(parties: Iterable<ByInteraction | undefined>): HandlerCounts {
  let handlers = 0;
  let repeated = 0;
  for (const byInteraction of parties) {
    if (byInteraction === undefined) continue;
    for (const { length } of byInteraction.values()) {
      handlers += length;
      if (length > 1) repeated += 1;
    }
  }
  return { handlers, repeated };
}
