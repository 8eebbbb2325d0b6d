import { ExchangeCompleted } from '@ssp/contracts';
import { type PartitionBounds } from '@ssp/kafka';
import { type Pool } from 'pg';

/** Where the ends of exchanges ended in Kafka at a moment. */
export type AskedEnds = {
  /** By Postgres's clock. */
  readonly at: Date;
  readonly ends: readonly PartitionBounds[];
};

export type ReadBounds = (topic: string) => Promise<readonly PartitionBounds[]>;

/** Asks Kafka for them. */
export async function askEnds(pool: Pool, readBounds: ReadBounds): Promise<AskedEnds> {
  const { rows } = await pool.query<{ at: Date }>('select clock_timestamp() as at');
  const at = rows[0]?.at ?? new Date(0);
  return { at, ends: await readBounds(ExchangeCompleted.topic) };
}

/** Whether all that had been told when they were asked for is in the tables. */
export async function areStored(pool: Pool, { ends }: AskedEnds): Promise<boolean> {
  const { rows } = await pool.query<{ partition: number; nextOffset: string }>({
    name: 'stored-ends',
    text: 'select partition, next_offset as "nextOffset" from audit.consumer_offset where topic = $1',
    values: [ExchangeCompleted.topic],
  });
  const stored = new Map(rows.map(({ partition, nextOffset }) => [partition, BigInt(nextOffset)]));
  // Nothing comes of a partition that holds nothing any more.
  return ends.every(({ partition, first, end }) => first === end || (stored.get(partition) ?? 0n) >= end);
}
