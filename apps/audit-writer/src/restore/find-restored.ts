import { readCheckpoint } from '../checkpoint.ts';
import { isCheckpointHeld } from '../checkpoint-rows.ts';
import { type KnownKeys } from '../key-change.ts';
import { type Queryable } from '../queryable.ts';
import { isSignedBy, type SignedStatement } from '../statement.ts';
import { type Comparison, compareWithChain } from './compare-with-chain.ts';
import { GoneCheckpoints } from './gone-checkpoints.ts';
import { type Restoration } from './restoration.ts';

/** A partition whose tables do not hold checkpoints that were given out, for which nobody has signed yet. */
export type SetBack = Pick<Restoration, 'topic' | 'partition' | 'since' | 'upTo'> & {
  /** How many checkpoints, by how the tables stand to them. */
  readonly found: Readonly<Record<Comparison, number>>;
};

/** Finds where the tables were set back, as a restore from a backup does, by the checkpoints of a folder that known keys have signed. */
export async function findSetBack(
  db: Queryable,
  statements: AsyncIterable<SignedStatement>,
  keys: KnownKeys,
): Promise<readonly SetBack[]> {
  const gone = new GoneCheckpoints(keys);
  const heldUpTo = new Map<string, bigint[]>();
  for await (const signed of statements) {
    if (![...keys.values()].some(({ key }) => isSignedBy(signed, key))) continue;
    gone.restored(signed);
    const read = readCheckpoint(signed.statement);
    if (!read) continue;
    const checkpoint = { ...read, signature: signed.signature };
    const name = `${checkpoint.topic}/${checkpoint.partition}`;
    if (await isCheckpointHeld(db, checkpoint))
      heldUpTo.set(name, [...(heldUpTo.get(name) ?? []), checkpoint.nextOffset]);
    else gone.add(checkpoint);
  }
  const unsigned = Array.from(gone.all()).flatMap(({ checkpoint, isSignedFor }) =>
    isSignedFor ? [] : [checkpoint],
  );
  const byPartition = Map.groupBy(unsigned, ({ topic, partition }) => `${topic}/${partition}`);
  const setBack: SetBack[] = [];
  for (const [name, checkpoints] of byPartition) {
    const [first, ...others] = checkpoints.toSorted((one, other) =>
      Number(one.nextOffset - other.nextOffset),
    );
    if (!first) continue;
    const below = (heldUpTo.get(name) ?? []).filter((offset) => offset < first.nextOffset);
    const since = below.reduce((last, offset) => (offset > last ? offset : last), -1n);
    const found = { before: 0, same: 0, 'sealed anew': 0, other: 0, dropped: 0 };
    for (const checkpoint of [first, ...others]) found[await compareWithChain(db, checkpoint)] += 1;
    setBack.push({
      topic: first.topic,
      partition: first.partition,
      since: since === -1n ? (first.link?.since ?? 0n) : since,
      upTo: others.at(-1)?.nextOffset ?? first.nextOffset,
      found,
    });
  }
  return setBack;
}
