import { type KeyObject } from 'node:crypto';
import { type Pool } from 'pg';
import { type Logger } from 'pino';
import { chainRoots } from './chain-trees.ts';
import { type Checkpoint, checkpointStatement } from './checkpoint.ts';
import { lastLinkedCheckpoint } from './checkpoint-rows.ts';
import { type AuditMetrics } from './metrics.ts';
import { keyIdOf, signStatement, statementHash } from './statement.ts';

type HeadRow = {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: string | null;
  readonly nextOffset: string;
  readonly eventDigest: Buffer;
  readonly urlDigest: Buffer;
};

/** Whether a key may still sign; a key that another has followed may not. */
class KeyReplacedError extends Error {
  override readonly name = 'KeyReplacedError';
}

export type CheckpointSettings = {
  readonly key: KeyObject;
  readonly intervalMs: number;
  /** Called after each round, and to be waited for; what it rejects with is logged. */
  readonly onSigned: () => Promise<void>;
};

/** Signs what the chains have come to every so often, and once more on release. */
export function keepCheckpoints(
  pool: Pool,
  { key, intervalMs, onSigned }: CheckpointSettings,
  metrics: Pick<AuditMetrics, 'lastCheckpointAge'>,
  log: Logger,
  resources: AsyncDisposableStack,
): void {
  let running: Promise<void> | null = null;
  let lastMs = Date.now();
  metrics.lastCheckpointAge(() => lastMs);
  const sign = async () => {
    try {
      const at = new Date();
      await writeCheckpoints(pool, key, at);
      await onSigned();
      lastMs = at.getTime();
    } catch (error) {
      log.error({ err: error }, 'the audit chains were not signed, or not given out');
    } finally {
      running = null;
    }
  };
  // A round that takes longer than the interval is not overtaken.
  const timer = setInterval(() => {
    running ??= sign();
  }, intervalMs);
  resources.defer(async () => {
    clearInterval(timer);
    await running;
    await sign();
  });
}

/** Signs every chain that has grown since it was signed last; any number of writers may do so at once. */
export async function writeCheckpoints(pool: Pool, key: KeyObject, at: Date): Promise<void> {
  const keyId = Buffer.from(keyIdOf(key), 'hex');
  await refuseReplacedKey(pool, key);
  // Offset and head of a partition change together, so one statement never sees them apart.
  const { rows } = await pool.query<HeadRow>({
    name: 'grown-chains',
    text: `
      select topic, partition, first_offset as "firstOffset", next_offset as "nextOffset",
        event_digest as "eventDigest", url_digest as "urlDigest"
      from audit.chain_head
      join audit.consumer_offset using (topic, partition)
      where not exists (
        select from audit.checkpoint
        where checkpoint.topic = chain_head.topic and checkpoint.partition = chain_head.partition
          and checkpoint.next_offset >= consumer_offset.next_offset
      )`,
  });
  for (const { firstOffset, ...row } of rows) {
    const { topic, partition } = row;
    const nextOffset = BigInt(row.nextOffset);
    const last = await lastLinkedCheckpoint(pool, topic, partition);
    const since = last?.nextOffset ?? BigInt(firstOffset ?? 0);
    const previous = last ? statementHash(checkpointStatement(last)) : Buffer.alloc(32);
    const roots = await chainRoots(pool, { topic, partition, since, nextOffset });
    const link = { since, ...roots, previous, keyId };
    await writeCheckpoint(pool, { ...row, nextOffset, at, link }, key);
  }
}

async function writeCheckpoint(pool: Pool, checkpoint: Checkpoint, key: KeyObject): Promise<void> {
  const { topic, partition, nextOffset, at, eventDigest, urlDigest, link } = checkpoint;
  await pool.query({
    name: 'write-checkpoint',
    text: `
      insert into audit.checkpoint (topic, partition, next_offset, at, event_digest, url_digest, since, event_root,
        url_root, put_aside_root, previous, key_id, signature)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
      on conflict do nothing`,
    values: [
      topic,
      partition,
      nextOffset,
      at,
      eventDigest,
      urlDigest,
      link?.since,
      link?.eventRoot,
      link?.urlRoot,
      link?.putAsideRoot,
      link?.previous,
      link?.keyId,
      signStatement(checkpointStatement(checkpoint), key),
    ],
  });
}

/** Rejects where another key has followed the one given: nobody believes what it signs from then on. */
export async function refuseReplacedKey(pool: Pool, key: KeyObject): Promise<void> {
  const { rowCount } = await pool.query({
    name: 'is-key-replaced',
    text: 'select from audit.key_change where signed_by = $1',
    values: [Buffer.from(keyIdOf(key), 'hex')],
  });
  if (rowCount !== 0) throw new KeyReplacedError('another key has followed the one that is configured');
}
