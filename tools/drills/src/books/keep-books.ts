import { auditOfEach, endsOfBoth, type PlatformCard, putAside } from '@ssp/platform';
import { Unexpected } from '../drill.ts';
import { until } from '../until.ts';
import { type Traffic } from '../traffic.ts';
import { type Books } from './judge-books.ts';

const settledWithinMs = 300_000;

type Read = Omit<Books, 'unsettled'>;
type Totals = { readonly counted: number; readonly putAside: number };

/**
 * Opens the books of a drill; what is given then closes them, once audit and billing have caught up or take too long. That they could not be read
 * is no sign that they have: it is tried again.
 */
export async function openBooks(
  card: PlatformCard,
  forwarded: readonly string[],
): Promise<(traffic: Traffic) => Promise<Books>> {
  const before = await totalsOf(card);
  const alreadyForwarded = forwarded.length;
  return async ({ sent }) => {
    const traceIds = sent().map(({ traceId }) => traceId);
    const read = async (): Promise<Read> => {
      const [audited, now] = await Promise.all([auditOfEach(card, traceIds), totalsOf(card)]);
      return {
        sent: sent(),
        audited,
        forwarded: forwarded.slice(alreadyForwarded),
        counted: now.counted - before.counted,
        putAside: now.putAside - before.putAside,
      };
    };
    const hasSettled = () => read().then(isSettled, () => false);
    try {
      await until('the books settle', hasSettled, settledWithinMs);
    } catch (error) {
      if (!(error instanceof Unexpected)) throw error;
      return { ...(await read()), unsettled: error.message };
    }
    return { ...(await read()), unsettled: null };
  };
}

function isSettled({ sent, audited, counted }: Read): boolean {
  const rows = [...audited.values()];
  const completed = rows.reduce((sum, it) => sum + it.completed, 0);
  return (
    sent.every(({ traceId, status }) => status === null || audited.has(traceId)) &&
    rows.every((it) => it.received > 0 && it.completed + it.closed > 0) &&
    counted === completed
  );
}

/** Of the whole platform. */
async function totalsOf(card: PlatformCard): Promise<Totals> {
  const [{ counted }, aside] = await Promise.all([endsOfBoth(card), putAside(card)]);
  return { counted, putAside: aside.length };
}
