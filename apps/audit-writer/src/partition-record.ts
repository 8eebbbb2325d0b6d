import { type Pool } from 'pg';
import { type Checkpoint } from './checkpoint.ts';

export type SignedCheckpoint = Checkpoint & { readonly signature: Buffer };

/** What the audit says of a partition beside its rows. */
export type PartitionRecord = {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: bigint;
  readonly eventDigest: Buffer;
  readonly urlDigest: Buffer;
  readonly quarantined: ReadonlySet<bigint>;
  /** In the order of their offsets. */
  readonly checkpoints: readonly SignedCheckpoint[];
};

type HeadRow = {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: string;
  readonly eventDigest: Buffer;
  readonly urlDigest: Buffer;
};
type CheckpointRow = HeadRow & { readonly at: Date; readonly signature: Buffer };

/** Reads every partition that anything was written of, one at a time. */
export async function* partitionRecords(pool: Pool): AsyncGenerator<PartitionRecord> {
  const { rows } = await pool.query<HeadRow>(`
    select topic, partition, next_offset as "nextOffset", event_digest as "eventDigest", url_digest as "urlDigest"
    from audit.chain_head join audit.consumer_offset using (topic, partition)
    order by topic, partition`);
  for (const head of rows) {
    const values = [head.topic, head.partition, head.nextOffset];
    const quarantine = await pool.query<{ offset: string }>(
      'select "offset" from audit.quarantine where topic = $1 and partition = $2 and "offset" < $3',
      values,
    );
    const checkpoints = await pool.query<CheckpointRow>(
      `select topic, partition, next_offset as "nextOffset", at, event_digest as "eventDigest",
        url_digest as "urlDigest", signature
      from audit.checkpoint where topic = $1 and partition = $2 and next_offset <= $3
      order by next_offset`,
      values,
    );
    yield {
      ...head,
      nextOffset: BigInt(head.nextOffset),
      quarantined: new Set(quarantine.rows.map(({ offset }) => BigInt(offset))),
      checkpoints: checkpoints.rows.map((row) => ({ ...row, nextOffset: BigInt(row.nextOffset) })),
    };
  }
}
