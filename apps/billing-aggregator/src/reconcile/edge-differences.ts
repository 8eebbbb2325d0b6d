import { type EdgeBook, type TallyCounts } from '@ssp/contracts';
import { type Found } from './found.ts';

/** Exchanges that an edge has counted: by its tallies, or else by the numbers of its events. */
export function toldBy({ told, audited, missing }: EdgeBook): number {
  return told?.completed ?? audited.completed + numbersIn(missing);
}

/** How what an edge has counted differs from what the audit has of it; null where it does not. */
export function edgeDifference(book: EdgeBook): Found | null {
  const { edge, told, audited, missing } = book;
  const counts = `it counted ${toldBy(book)}, the audit has ${audited.completed}`;
  const numbers = missing.map(({ first, last }) => (first === last ? `${first}` : `${first} to ${last}`));
  const named = numbers.length === 0 ? '' : `; its events ${numbers.slice(0, 20).join(', ')} are missing`;
  const about = `${edge}: ${counts}${named}`;
  if (toldBy(book) > audited.completed) return found('missing', about);
  if (toldBy(book) < audited.completed) return found('surplus', about);
  if (told !== null && !isSame(told, audited))
    return found('altered', `${edge}: outcomes or bytes are not those that it counted`);
  return null;
}

function found(kind: Found['kind'], about: string): Found {
  return { kind, about, internalId: null, traceId: null };
}

function numbersIn(spans: EdgeBook['missing']): number {
  return spans.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

function isSame(one: TallyCounts, other: TallyCounts): boolean {
  return (
    one.requestBytes === other.requestBytes &&
    one.responseBytes === other.responseBytes &&
    one.outcomes.forwarded === other.outcomes.forwarded &&
    one.outcomes.refused === other.outcomes.refused &&
    one.outcomes.failed === other.outcomes.failed &&
    one.outcomes.abandoned === other.outcomes.abandoned &&
    one.outcomes.answered === other.outcomes.answered
  );
}
