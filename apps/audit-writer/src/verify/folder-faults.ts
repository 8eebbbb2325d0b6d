import { checkpointStatement, readCheckpoint, type SignedCheckpoint } from '../checkpoint.ts';
import { checkpointRows } from '../checkpoint-rows.ts';
import { type KnownKeys } from '../key-change.ts';
import { type Queryable } from '../queryable.ts';
import { isSignedBy, type SignedStatement, statementHash } from '../statement.ts';
import { type Fault } from './fault.ts';

/**
 * Looks in the tables for every checkpoint that was given out, and gives for each partition the first that is not there as it was: then what lay
 * below its offset was cut off or rewritten. Those that no known key has signed are passed over: anybody may write a folder.
 */
export async function folderFaults(
  db: Queryable,
  statements: AsyncIterable<SignedStatement>,
  keys: KnownKeys | null,
): Promise<readonly Fault[]> {
  const first = new Map<string, Fault>();
  for await (const signed of statements) {
    const checkpoint = readCheckpoint(signed.statement);
    if (!checkpoint || (keys && ![...keys.values()].some(({ key }) => isSignedBy(signed, key)))) continue;
    const { topic, partition, nextOffset: offset } = checkpoint;
    const name = `${topic}/${partition}`;
    const known = first.get(name);
    if ((known && known.offset <= offset) || (await isHeld(db, { ...checkpoint, ...signed }))) continue;
    const detail =
      'it was given out and is not in the tables: what was below its offset was cut off or rewritten';
    first.set(name, { topic, partition, of: 'checkpoint', kind: 'missing', offset, detail });
  }
  return [...first.values()];
}

async function isHeld(db: Queryable, given: SignedCheckpoint): Promise<boolean> {
  const { topic, partition, nextOffset } = given;
  const hash = statementHash(checkpointStatement(given));
  const there = checkpointRows(db, { topic, partition, after: nextOffset - 1n, upTo: nextOffset });
  for await (const held of there) return statementHash(checkpointStatement(held)).equals(hash);
  return false;
}
