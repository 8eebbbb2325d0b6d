import { putAsideRoot } from '../chain-trees.ts';
import { type Checkpoint } from '../checkpoint.ts';
import { checkpointRows } from '../checkpoint-rows.ts';
import { chainStart } from '../hash-chain.ts';
import { type ChainSource, type HeadlessPartition, type PartitionSource } from './chain-source.ts';
import { type Queryable } from '../queryable.ts';
import { retirementsOf } from '../retire/retirement-rows.ts';
import { eventRows, urlRows } from './table-rows.ts';

type HeadRow = HeadlessPartition & {
  readonly firstOffset: string | null;
  readonly columnsSince: string | null;
  readonly nextOffset: string | null;
  readonly eventDigest: Buffer | null;
  readonly urlDigest: Buffer | null;
};

/** Every partition that any table knows of; the first of each is found by the primary keys, without reading on. */
const partitionsQuery = `
  with recursive of_event as (
    (select topic, partition from audit.event order by topic, partition limit 1)
    union all
    select next.* from of_event cross join lateral (
      select topic, partition from audit.event
      where (topic, partition) > (of_event.topic, of_event.partition) order by topic, partition limit 1
    ) next
  ),
  of_url as (
    (select topic, partition from audit.full_url order by topic, partition limit 1)
    union all
    select next.* from of_url cross join lateral (
      select topic, partition from audit.full_url
      where (topic, partition) > (of_url.topic, of_url.partition) order by topic, partition limit 1
    ) next
  )
  select topic, partition, first_offset as "firstOffset", columns_since as "columnsSince",
    next_offset as "nextOffset",
    event_digest as "eventDigest", url_digest as "urlDigest"
  from (
    table of_event
    union table of_url
    union select topic, partition from audit.quarantine
    union select topic, partition from audit.checkpoint
    union select topic, partition from audit.retirement
    union select topic, partition from audit.chain_head
    union select topic, partition from audit.consumer_offset where next_offset > 0
  ) known
  left join audit.chain_head using (topic, partition)
  left join audit.consumer_offset using (topic, partition)
  order by topic, partition`;

/** In one statement, since rows and offset change together: nothing but a change by hand stands beyond the offset. */
const beyondQuery = `
  select least(
    (select min("offset") from audit.event
     where topic = $1 and partition = $2 and "offset" >= next_offset),
    (select min("offset") from audit.full_url
     where topic = $1 and partition = $2 and "offset" >= next_offset),
    (select min(next_offset) from audit.checkpoint
     where topic = $1 and partition = $2 and next_offset > consumer_offset.next_offset)
  ) as beyond
  from audit.consumer_offset where topic = $1 and partition = $2`;

/** Reads the audit from its tables, a partition at a time and as far as it goes when its turn comes. */
export function tableSource(db: Queryable): ChainSource {
  return {
    partitions: async function* () {
      const { rows } = await db.query<HeadRow>(partitionsQuery);
      for (const row of rows) yield await partitionSource(db, row);
    },
  };
}

/**
 * A partition as far as a checkpoint tells of it, whatever has come since. Null for one that is not known, and where the checkpoint stands amid what
 * has been dropped, so that nothing can be compared with it.
 */
export async function partitionUpTo(
  db: Queryable,
  { topic, partition, nextOffset, eventDigest, urlDigest }: Checkpoint,
): Promise<PartitionSource | null> {
  const { rows } = await db.query<Pick<HeadRow, 'firstOffset' | 'columnsSince'>>(
    `select first_offset as "firstOffset", columns_since as "columnsSince" from audit.chain_head
     where topic = $1 and partition = $2`,
    [topic, partition],
  );
  const [head] = rows;
  if (!head) return null;
  const known = { topic, partition, ...head, nextOffset: String(nextOffset), eventDigest, urlDigest };
  const source = await partitionSource(db, known);
  if (!('chains' in source)) return null;
  const retirements = source.retirements.filter(({ firstOffset }) => firstOffset < nextOffset);
  if (retirements.some((run) => run.nextOffset > nextOffset)) return null;
  return { ...source, retirements, findBeyond: async () => null };
}

async function partitionSource(
  db: Queryable,
  { topic, partition, firstOffset, columnsSince, nextOffset, eventDigest, urlDigest }: HeadRow,
): Promise<PartitionSource | HeadlessPartition> {
  if (nextOffset === null || eventDigest === null || urlDigest === null) return { topic, partition };
  const stretch = { topic, partition, nextOffset: BigInt(nextOffset) };
  const putAside = await db.query<{ offset: string }>(
    'select "offset" from audit.quarantine where topic = $1 and partition = $2 and "offset" < $3',
    [topic, partition, nextOffset],
  );
  const offsetsPutAside = new Set(putAside.rows.map(({ offset }) => BigInt(offset)));
  return {
    ...stretch,
    isPart: false,
    firstOffset: firstOffset === null ? null : BigInt(firstOffset),
    columnsSince: BigInt(columnsSince ?? 0),
    chains: [
      { kind: 'event', start: chainStart, head: eventDigest, rows: () => eventRows(db, stretch) },
      { kind: 'url', start: chainStart, head: urlDigest, rows: () => urlRows(db, stretch) },
    ],
    retirements: await retirementsOf(db, topic, partition),
    isPutAside: (offset) => offsetsPutAside.has(offset),
    putAsideRoot: (since, end) => putAsideRoot(db, { ...stretch, since, nextOffset: end }),
    checkpoints: () => checkpointRows(db, { topic, partition, after: -1n, upTo: stretch.nextOffset }),
    holdsCheckpointAt: () => true,
    findBeyond: async () => {
      const { rows } = await db.query<{ beyond: string | null }>(beyondQuery, [topic, partition]);
      const beyond = rows[0]?.beyond ?? null;
      return beyond === null ? null : BigInt(beyond);
    },
  };
}
