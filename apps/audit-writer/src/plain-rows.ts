import { type SealUrl } from '@ssp/contracts';
import { type ReceivedRecord } from '@ssp/kafka';
import { isKeptOnce, readEntry } from './audit-entry.ts';
import { type ChainHead } from './chain-head.ts';
import { EntryRows } from './entry-rows.ts';
import { type NumberRun, NumberRuns } from './numbers/number-runs.ts';
import { type Place } from './place.ts';

/** Rows, and the numbers that their events bear. */
export type PlainRows = { readonly rows: EntryRows; readonly runs: readonly NumberRun[] };

/**
 * The rows of records of which each is an event of an exchange that none of them has told before, as nearly always; null of any others. Each
 * is read, chained and let go of before the next: held together, most of the work would be to clear them away again.
 */
export function plainRows(
  place: Pick<Place, 'topic' | 'partition'>,
  head: ChainHead,
  sealUrl: SealUrl | null,
  records: readonly ReceivedRecord[],
): PlainRows | null {
  let bodyBytes = 0;
  for (const { value } of records) bodyBytes += value.length;
  const rows = new EntryRows(place, head, sealUrl, { events: records.length, bodyBytes });
  const numbers = new NumberRuns();
  for (const { offset, value } of records) {
    const entry = entryOf(place.topic, value);
    if (entry === null || isKeptOnce(entry)) return null;
    if (entry.numbered !== null && !numbers.add(entry.numbered)) return null;
    rows.add({ offset, entry });
  }
  return { rows, runs: numbers.runs() };
}

/** Null of what is no event: why, is asked where it is put aside. */
function entryOf(topic: string, value: Buffer) {
  try {
    return readEntry(topic, value);
  } catch {
    return null;
  }
}
