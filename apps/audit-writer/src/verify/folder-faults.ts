import { readCheckpoint } from '../checkpoint.ts';
import { isCheckpointHeld } from '../checkpoint-rows.ts';
import { type KnownKeys } from '../key-change.ts';
import { type Queryable } from '../queryable.ts';
import { type Comparison, compareWithChain } from '../restore/compare-with-chain.ts';
import { GoneCheckpoints } from '../restore/gone-checkpoints.ts';
import { readRetirement, type Retirement, retirementStatement } from '../retire/retirement.ts';
import { retirementAt } from '../retire/retirement-rows.ts';
import { isSignedBy, type SignedStatement, statementHash } from '../statement.ts';
import { type Fault } from './fault.ts';

/** A checkpoint that is not in the tables, and why that is no fault. */
export type Restored = {
  readonly topic: string;
  readonly partition: number;
  readonly found: Comparison;
};

/**
 * Looks in the tables for every checkpoint and retirement that was given out, and gives for each partition the first that is not there as it was: then
 * what lay below its offset was cut off or rewritten. Those that no known key has signed are passed over: anybody may write a folder. A checkpoint whose chains
 * stand in the tables all the same, or of which a restoration tells, is no fault, but told to `onRestored`.
 */
export async function folderFaults(
  db: Queryable,
  statements: AsyncIterable<SignedStatement>,
  keys: KnownKeys | null,
  onRestored: (restored: Restored) => void = () => undefined,
): Promise<readonly Fault[]> {
  const first = new Map<string, Fault>();
  const fail = (fault: Fault) => {
    const name = `${fault.topic}/${fault.partition}`;
    const known = first.get(name);
    if (!known || fault.offset < known.offset) first.set(name, fault);
  };
  const absent = new GoneCheckpoints(keys);
  for await (const signed of statements) {
    if (keys && ![...keys.values()].some(({ key }) => isSignedBy(signed, key))) continue;
    absent.restored(signed);
    const checkpoint = readCheckpoint(signed.statement);
    if (checkpoint && !(await isCheckpointHeld(db, checkpoint)))
      absent.add({ ...checkpoint, signature: signed.signature });
    const retirement = readRetirement(signed.statement);
    if (!retirement || (await isRetirementHeld(db, retirement))) continue;
    const { topic, partition, firstOffset: offset } = retirement;
    const detail = 'it was given out and is not in the tables';
    fail({ topic, partition, of: 'retirement', kind: 'missing', offset, detail });
  }
  // What is signed of a restore stands behind what it tells of.
  for (const { checkpoint, isSignedFor } of absent.all()) {
    const { topic, partition, nextOffset: offset } = checkpoint;
    const found = await compareWithChain(db, checkpoint);
    if (found === 'same' || (found !== 'before' && isSignedFor)) onRestored({ topic, partition, found });
    else fail({ topic, partition, of: 'checkpoint', kind: 'missing', offset, detail: absences[found] });
  }
  return [...first.values()];
}

const cutOff =
  'it was given out and is not in the tables: what was below its offset was cut off or rewritten';
const unsigned = 'or restored from a backup, and nobody has signed for that';
const absences: Readonly<Record<Exclude<Comparison, 'same'>, string>> = {
  before: `${cutOff}, or was restored from a backup and is not read again yet`,
  'sealed anew': `${cutOff}, ${unsigned}; the events come to what was signed, full URLs do not`,
  other: `${cutOff}, ${unsigned}`,
  dropped: `${cutOff}, ${unsigned}; it has been dropped since`,
};

async function isRetirementHeld(db: Queryable, given: Retirement): Promise<boolean> {
  const held = await retirementAt(db, given);
  const hash = statementHash(retirementStatement(given));
  return held !== null && statementHash(retirementStatement(held)).equals(hash);
}
