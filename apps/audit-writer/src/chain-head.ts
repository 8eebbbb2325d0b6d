import { type PoolClient } from 'pg';
import { chainStart } from './hash-chain.ts';

/** The digests that a partition's next rows are chained to. */
export type ChainHead = { readonly eventDigest: Buffer; readonly urlDigest: Buffer };

/** To be read while the partition's offset is locked. */
export async function readChainHead(
  client: PoolClient,
  topic: string,
  partition: number,
): Promise<ChainHead> {
  const { rows } = await client.query<{ event_digest: Buffer; url_digest: Buffer }>({
    name: 'read-chain-head',
    text: 'select event_digest, url_digest from audit.chain_head where topic = $1 and partition = $2',
    values: [topic, partition],
  });
  const row = rows[0];
  return row
    ? { eventDigest: row.event_digest, urlDigest: row.url_digest }
    : { eventDigest: chainStart, urlDigest: chainStart };
}

/** To be stored in the transaction that writes the rows. `firstOffset` counts when they are the partition's first. */
export async function storeChainHead(
  client: PoolClient,
  topic: string,
  partition: number,
  { eventDigest, urlDigest }: ChainHead,
  firstOffset: bigint,
): Promise<void> {
  await client.query({
    name: 'store-chain-head',
    text: `
      insert into audit.chain_head (topic, partition, event_digest, url_digest, first_offset)
      values ($1, $2, $3, $4, $5)
      on conflict (topic, partition)
      do update set event_digest = excluded.event_digest, url_digest = excluded.url_digest`,
    values: [topic, partition, eventDigest, urlDigest, firstOffset],
  });
}
