import { type ClientBase, escapeIdentifier, type Pool } from 'pg';

/**
 * Locks the partition's row until the transaction ends, so that of two consumers that both believe they own the
 * partition one waits, and says where to read on; 0 for a partition never read. Needs the table
 * `<schema>.consumer_offset (topic text, partition int, next_offset bigint, primary key (topic, partition))`.
 */
export async function takeOffset(
  client: ClientBase,
  schema: string,
  topic: string,
  partition: number,
): Promise<bigint> {
  const table = `${escapeIdentifier(schema)}.consumer_offset`;
  const select = {
    name: `take-offset-${schema}`,
    text: `select next_offset from ${table} where topic = $1 and partition = $2 for update`,
    values: [topic, partition],
  };
  const known = await client.query<{ next_offset: string }>(select);
  if (known.rows[0]) return BigInt(known.rows[0].next_offset);
  await client.query({
    name: `make-offset-${schema}`,
    text: `insert into ${table} (topic, partition, next_offset) values ($1, $2, 0) on conflict do nothing`,
    values: [topic, partition],
  });
  const made = await client.query<{ next_offset: string }>(select);
  if (!made.rows[0]) throw new Error(`the offset of ${topic}/${partition} vanished`);
  return BigInt(made.rows[0].next_offset);
}

/** Stores where to read on, in the transaction that took the offset and stored the effects. */
export async function storeOffset(
  client: ClientBase,
  schema: string,
  topic: string,
  partition: number,
  nextOffset: bigint,
): Promise<void> {
  const { rowCount } = await client.query({
    name: `store-offset-${schema}`,
    text: `update ${escapeIdentifier(schema)}.consumer_offset set next_offset = $3 where topic = $1 and partition = $2`,
    values: [topic, partition, nextOffset],
  });
  if (rowCount !== 1) throw new Error(`the offset of ${topic}/${partition} was not taken before`);
}

/** Says where each partition is read on, by whichever consumer. */
export async function readOffsets(
  pool: Pool,
  schema: string,
): Promise<readonly { readonly topic: string; readonly partition: number; readonly nextOffset: bigint }[]> {
  const { rows } = await pool.query<{ topic: string; partition: number; nextOffset: string }>({
    name: `read-offsets-${schema}`,
    text: `select topic, partition, next_offset as "nextOffset" from ${escapeIdentifier(schema)}.consumer_offset`,
  });
  return rows.map(({ nextOffset, ...place }) => ({ ...place, nextOffset: BigInt(nextOffset) }));
}
