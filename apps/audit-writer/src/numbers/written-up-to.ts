import { type PartitionBounds } from '@ssp/kafka';
import { auditedTopics } from '../audit-entry.ts';
import { type Queryable } from '../queryable.ts';

type Ends = { readonly atMs: number; readonly ends: ReadonlyMap<string, bigint> };

/**
 * Gives a way to learn up to which time (of `performance.now()`) all that had come to Kafka is written, by whichever writers; null where that is
 * not known yet. It knows more with each call, and rejects while Kafka or Postgres does not answer.
 */
export function writtenUpTo(
  db: Queryable,
  readBounds: (topic: string) => Promise<readonly PartitionBounds[]>,
): () => Promise<number | null> {
  let awaited: Ends | null = null;
  let upToMs: number | null = null;
  return async () => {
    awaited ??= await endsNow(readBounds);
    const { rows } = await db.query<{ place: string; nextOffset: string }>(
      `select topic || '/' || partition as place, next_offset as "nextOffset" from audit.consumer_offset`,
    );
    const written = new Map(rows.map(({ place, nextOffset }) => [place, BigInt(nextOffset)]));
    const isWritten = [...awaited.ends].every(([place, end]) => (written.get(place) ?? 0n) >= end);
    if (isWritten) {
      upToMs = awaited.atMs;
      awaited = await endsNow(readBounds);
    }
    return upToMs;
  };
}

async function endsNow(readBounds: (topic: string) => Promise<readonly PartitionBounds[]>): Promise<Ends> {
  const atMs = performance.now();
  const ends = new Map<string, bigint>();
  for (const topic of auditedTopics) {
    // What Kafka has dropped will never be written.
    for (const { partition, first, end } of await readBounds(topic))
      if (first < end) ends.set(`${topic}/${partition}`, end);
  }
  return { atMs, ends };
}
