import { ExchangeCompleted, type WrittenBelow } from '@ssp/contracts';
import { type ClientBase, type Pool } from 'pg';

/** How far a consumer of the completed exchanges had come: the next offset of each partition. */
export type Offsets = ReadonlyMap<number, bigint>;

/** Those of the aggregators. */
export async function countedBelow(client: Pool | ClientBase): Promise<Offsets> {
  const { rows } = await client.query<{ partition: number; next: string }>(
    'select partition, next_offset as next from billing.consumer_offset where topic = $1',
    [ExchangeCompleted.topic],
  );
  return new Map(rows.map(({ partition, next }) => [partition, BigInt(next)]));
}

/** Those that the audit told. */
export function offsetsOf(written: WrittenBelow): Offsets {
  return new Map(written.map(({ partition, offset }) => [partition, BigInt(offset)]));
}

/** Whether one has not come as far as the other in some partition. */
export function isBehind(one: Offsets, other: Offsets): boolean {
  return [...other].some(([partition, next]) => (one.get(partition) ?? 0n) < next);
}

/** Whether a consumer that had come so far had not met this record. */
export function isBeyond(
  offsets: Offsets,
  { partition, offset }: { readonly partition: number; readonly offset: string },
): boolean {
  return BigInt(offset) >= (offsets.get(partition) ?? 0n);
}
