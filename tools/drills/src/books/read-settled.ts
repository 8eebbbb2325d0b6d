import { Unexpected } from '../ends.ts';
import { until } from '../until.ts';
import { type Books } from './judge-books.ts';

/** The books as they are at a moment. */
export type BooksNow = Omit<Books, 'unsettled'>;

/**
 * Reads the books until audit and billing have caught up, or that takes too long. That they could not be read is no sign that they have: it
 * is tried again.
 */
export async function readSettled(read: () => Promise<BooksNow>, withinMs: number): Promise<Books> {
  try {
    await until('the books settle', () => read().then(isSettled, () => false), withinMs);
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    return { ...(await read()), unsettled: error.message };
  }
  return { ...(await read()), unsettled: null };
}

function isSettled({ sent, audited, counted }: BooksNow): boolean {
  const rows = [...audited.values()];
  const completed = rows.reduce((sum, it) => sum + it.completed, 0);
  return (
    sent.every(({ traceId, status }) => status === null || audited.has(traceId)) &&
    rows.every((it) => it.received > 0 && it.completed + it.closed > 0) &&
    counted === completed
  );
}
