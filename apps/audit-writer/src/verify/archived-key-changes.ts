import { type Archive } from '../archive/read-archive.ts';
import { type SignedStatement, statementLine } from '../statement.ts';

/** The changes of keys that archives tell of, each once, the oldest first. */
export function archivedKeyChanges(archives: readonly Archive[]): readonly SignedStatement[] {
  const changes = new Map(
    archives.flatMap(({ manifest }) => manifest.keys.map((change) => [statementLine(change), change])),
  );
  return [...changes.values()].toSorted((one, other) => (timeOf(one) < timeOf(other) ? -1 : 1));
}

function timeOf({ statement }: SignedStatement): string {
  return String(statement[1]);
}
