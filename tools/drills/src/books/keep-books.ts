import { auditOfEach, endsOfBoth, type PlatformCard, putAside } from '@ssp/platform';
import { type Traffic } from '../traffic.ts';
import { type Books } from './judge-books.ts';
import { type BooksNow, readSettled } from './read-settled.ts';

const settledWithinMs = 300_000;

type Totals = { readonly counted: number; readonly putAside: number };

/** Opens the books of a drill; what is given then closes them, once audit and billing have caught up or take too long. */
export async function openBooks(
  card: PlatformCard,
  forwarded: readonly string[],
): Promise<(traffic: Traffic) => Promise<Books>> {
  const before = await totalsOf(card);
  const alreadyForwarded = forwarded.length;
  return async ({ sent }) => {
    const traceIds = sent().map(({ traceId }) => traceId);
    const read = async (): Promise<BooksNow> => {
      const [audited, now] = await Promise.all([auditOfEach(card, traceIds), totalsOf(card)]);
      return {
        sent: sent(),
        audited,
        forwarded: forwarded.slice(alreadyForwarded),
        counted: now.counted - before.counted,
        putAside: now.putAside - before.putAside,
      };
    };
    return readSettled(read, settledWithinMs);
  };
}

/** Of the whole platform. */
async function totalsOf(card: PlatformCard): Promise<Totals> {
  const [{ counted }, aside] = await Promise.all([endsOfBoth(card), putAside(card)]);
  return { counted, putAside: aside.length };
}
