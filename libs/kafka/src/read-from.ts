import { type ReceivedBatch, type ReceivedRecord } from './consume.ts';

/** What a consumer that keeps its own offset does with a batch. */
export type BatchPlan =
  | { readonly kind: 'apply'; readonly records: readonly ReceivedRecord[]; readonly nextOffset: bigint }
  | { readonly kind: 'seek'; readonly nextOffset: bigint };

/** The topic holds fewer records than were read from it: it is another one under the same name. */
export class TopicReplacedError extends Error {
  override readonly name = 'TopicReplacedError';
}

/**
 * Compares a batch with the offset stored beside its effects: what was applied before is left out, and a batch that
 * begins beyond the stored offset is refused unless Kafka no longer has what lies between.
 */
export function readFrom(batch: ReceivedBatch, storedOffset: bigint): BatchPlan {
  if (batch.highWatermark < storedOffset) {
    throw new TopicReplacedError(
      `${batch.topic}/${batch.partition} ends at ${batch.highWatermark} but was read up to ${storedOffset}: it was made anew. Stop who reads it, then npm run backup -- advance (docs/backup.md)`,
    );
  }
  const first = batch.records[0];
  if (first && first.offset > storedOffset && !batch.earlierAreGone)
    return { kind: 'seek', nextOffset: storedOffset };
  const records = batch.records.filter(({ offset }) => offset >= storedOffset);
  const last = records.at(-1);
  // A batch that lies wholly before the stored offset sends the consumer forward.
  return last
    ? { kind: 'apply', records, nextOffset: last.offset + 1n }
    : { kind: 'seek', nextOffset: storedOffset };
}
