import { checkpointStatement, readCheckpoint, type SignedCheckpoint } from '../checkpoint.ts';
import { checkpointRows } from '../checkpoint-rows.ts';
import { type KnownKeys } from '../key-change.ts';
import { type Queryable } from '../queryable.ts';
import { readRetirement, type Retirement, retirementStatement } from '../retire/retirement.ts';
import { retirementAt } from '../retire/retirement-rows.ts';
import { isSignedBy, type SignedStatement, statementHash } from '../statement.ts';
import { type Fault } from './fault.ts';

/**
 * Looks in the tables for every checkpoint and retirement that was given out, and gives for each partition the first that is not there as it was: then
 * what lay below its offset was cut off or rewritten. Those that no known key has signed are passed over: anybody may write a folder.
 */
export async function folderFaults(
  db: Queryable,
  statements: AsyncIterable<SignedStatement>,
  keys: KnownKeys | null,
): Promise<readonly Fault[]> {
  const first = new Map<string, Fault>();
  for await (const signed of statements) {
    const given = readGiven(signed);
    if (!given || (keys && ![...keys.values()].some(({ key }) => isSignedBy(signed, key)))) continue;
    const { topic, partition, of, offset, isHeld, detail } = given;
    const name = `${topic}/${partition}`;
    const known = first.get(name);
    if ((known && known.offset <= offset) || (await isHeld(db))) continue;
    first.set(name, { topic, partition, of, kind: 'missing', offset, detail });
  }
  return [...first.values()];
}

type Given = Pick<Fault, 'topic' | 'partition' | 'of' | 'offset' | 'detail'> & {
  readonly isHeld: (db: Queryable) => Promise<boolean>;
};

function readGiven({ statement, signature }: SignedStatement): Given | null {
  const checkpoint = readCheckpoint(statement);
  if (checkpoint) {
    return {
      topic: checkpoint.topic,
      partition: checkpoint.partition,
      of: 'checkpoint',
      offset: checkpoint.nextOffset,
      detail: 'it was given out and is not in the tables: what was below its offset was cut off or rewritten',
      isHeld: (db) => isCheckpointHeld(db, { ...checkpoint, signature }),
    };
  }
  const retirement = readRetirement(statement);
  return (
    retirement && {
      topic: retirement.topic,
      partition: retirement.partition,
      of: 'retirement',
      offset: retirement.firstOffset,
      detail: 'it was given out and is not in the tables',
      isHeld: (db) => isRetirementHeld(db, retirement),
    }
  );
}

async function isCheckpointHeld(db: Queryable, given: SignedCheckpoint): Promise<boolean> {
  const { topic, partition, nextOffset } = given;
  const hash = statementHash(checkpointStatement(given));
  const there = checkpointRows(db, { topic, partition, after: nextOffset - 1n, upTo: nextOffset });
  for await (const held of there) return statementHash(checkpointStatement(held)).equals(hash);
  return false;
}

async function isRetirementHeld(db: Queryable, given: Retirement): Promise<boolean> {
  const held = await retirementAt(db, given);
  const hash = statementHash(retirementStatement(given));
  return held !== null && statementHash(retirementStatement(held)).equals(hash);
}
