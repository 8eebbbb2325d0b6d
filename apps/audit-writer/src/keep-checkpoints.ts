import { type KeyObject } from 'node:crypto';
import { type Pool } from 'pg';
import { type Logger } from 'pino';
import { type Checkpoint, signCheckpoint } from './checkpoint.ts';

type HeadRow = {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: string;
  readonly eventDigest: Buffer;
  readonly urlDigest: Buffer;
};

/** Signs what the chains have come to every so often, and once more on release. */
export function keepCheckpoints(
  pool: Pool,
  key: KeyObject,
  intervalMs: number,
  log: Logger,
  resources: AsyncDisposableStack,
): void {
  const signNow = () =>
    writeCheckpoints(pool, key, new Date()).catch((error: unknown) =>
      log.error({ err: error }, 'the audit chains were not signed'),
    );
  const timer = setInterval(() => void signNow(), intervalMs);
  resources.defer(async () => {
    clearInterval(timer);
    await signNow();
  });
}

/** Signs every chain that has grown since it was signed last; any number of writers may do so at once. */
export async function writeCheckpoints(pool: Pool, key: KeyObject, at: Date): Promise<void> {
  // Offset and head of a partition change together, so one statement never sees them apart.
  const { rows } = await pool.query<HeadRow>({
    name: 'grown-chains',
    text: `
      select topic, partition, next_offset as "nextOffset",
        event_digest as "eventDigest", url_digest as "urlDigest"
      from audit.chain_head
      join audit.consumer_offset using (topic, partition)
      where not exists (
        select from audit.checkpoint
        where checkpoint.topic = chain_head.topic and checkpoint.partition = chain_head.partition
          and checkpoint.next_offset = consumer_offset.next_offset
      )`,
  });
  for (const row of rows)
    await writeCheckpoint(pool, { ...row, nextOffset: BigInt(row.nextOffset), at }, key);
}

async function writeCheckpoint(pool: Pool, checkpoint: Checkpoint, key: KeyObject): Promise<void> {
  const { topic, partition, nextOffset, at, eventDigest, urlDigest } = checkpoint;
  await pool.query({
    name: 'write-checkpoint',
    text: `
      insert into audit.checkpoint (topic, partition, next_offset, at, event_digest, url_digest, signature)
      values ($1, $2, $3, $4, $5, $6, $7)
      on conflict do nothing`,
    values: [topic, partition, nextOffset, at, eventDigest, urlDigest, signCheckpoint(checkpoint, key)],
  });
}
