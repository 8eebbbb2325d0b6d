import {
  type Checkpoint,
  type CheckpointLink,
  checkpointStatement,
  type SignedCheckpoint,
} from './checkpoint.ts';
import { type Queryable } from './queryable.ts';
import { statementHash } from './statement.ts';

const PAGE_CHECKPOINTS = 1_000;

type CheckpointRow = Omit<Checkpoint, 'nextOffset' | 'link'> &
  Omit<CheckpointLink, 'since'> & {
    readonly nextOffset: string;
    readonly since: string | null;
    readonly signature: Buffer;
  };

const page = `
  select topic, partition, next_offset as "nextOffset", at, event_digest as "eventDigest", url_digest as "urlDigest",
    since, event_root as "eventRoot", url_root as "urlRoot", put_aside_root as "putAsideRoot", previous,
    key_id as "keyId", signature
  from audit.checkpoint
  where topic = $1 and partition = $2 and next_offset > $3 and next_offset <= $4
  order by next_offset
  limit $5`;

/** The checkpoints of a partition that end beyond `after` and not beyond `upTo`, in that order. */
export async function* checkpointRows(
  db: Queryable,
  { topic, partition, after, upTo }: { topic: string; partition: number; after: bigint; upTo: bigint },
): AsyncGenerator<SignedCheckpoint> {
  for (let from = after; ;) {
    const { rows } = await db.query<CheckpointRow>(page, [
      topic,
      partition,
      String(from),
      String(upTo),
      PAGE_CHECKPOINTS,
    ]);
    for (const row of rows) yield fromRow(row);
    const last = rows.at(-1);
    if (!last) return;
    from = BigInt(last.nextOffset);
  }
}

/** The last checkpoint of the second form, to which the next is linked; null where there is none. */
export async function lastLinkedCheckpoint(
  db: Queryable,
  topic: string,
  partition: number,
): Promise<SignedCheckpoint | null> {
  const { rows } = await db.query<CheckpointRow>({
    name: 'last-linked-checkpoint',
    text: `${page.split('where')[0]}
      where topic = $1 and partition = $2 and since is not null order by next_offset desc limit 1`,
    values: [topic, partition],
  });
  return rows[0] ? fromRow(rows[0]) : null;
}

/** Do the tables hold a checkpoint as it was given out? */
export async function isCheckpointHeld(db: Queryable, given: Checkpoint): Promise<boolean> {
  const { topic, partition, nextOffset } = given;
  const hash = statementHash(checkpointStatement(given));
  const there = checkpointRows(db, { topic, partition, after: nextOffset - 1n, upTo: nextOffset });
  for await (const held of there) return statementHash(checkpointStatement(held)).equals(hash);
  return false;
}

function fromRow({ nextOffset, since, signature, ...row }: CheckpointRow): SignedCheckpoint {
  const { topic, partition, at, eventDigest, urlDigest, ...link } = row;
  return {
    topic,
    partition,
    nextOffset: BigInt(nextOffset),
    at,
    eventDigest,
    urlDigest,
    link: since === null ? null : { ...link, since: BigInt(since) },
    signature,
  };
}
