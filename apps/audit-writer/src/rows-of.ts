import { type SealUrl } from '@ssp/contracts';
import { type ChainHead } from './chain-head.ts';
import { EntryRows } from './entry-rows.ts';
import { type Place } from './place.ts';
import { type ReadRecord } from './read-records.ts';

/** The rows of events that have been read. */
export function rowsOf(
  place: Pick<Place, 'topic' | 'partition'>,
  head: ChainHead,
  sealUrl: SealUrl | null,
  records: readonly ReadRecord[],
): EntryRows {
  let bodyBytes = 0;
  for (const { entry } of records) bodyBytes += entry.body.length;
  const rows = new EntryRows(place, head, sealUrl, { events: records.length, bodyBytes });
  for (const one of records) rows.add(one);
  return rows;
}
