import { randomUUID } from 'node:crypto';
import { exchangeEvents } from './events.ts';

/** A source that no other test has. */
export const ownSource = () => `/ssp/edge/test/${randomUUID()}`;

/** Both events of exchanges that have these numbers on both topics. */
export function numberedEvents(source: string, numbers: Iterable<number>, time = new Date()) {
  const exchanges = [...numbers].map((number) =>
    exchangeEvents({ time, numbered: { source, sequence: String(number) } }),
  );
  return {
    ids: exchanges.map(({ internalId }) => internalId),
    records: exchanges.flatMap(({ records }) => records),
  };
}

/** The numbers from `first` to `last`, both included. */
export const from = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, place) => first + place);
