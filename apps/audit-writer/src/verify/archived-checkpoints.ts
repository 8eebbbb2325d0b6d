import { join } from 'node:path';
import { readGzipLines } from '../archive/read-ndjson.ts';
import { readCheckpoint, type SignedCheckpoint } from '../checkpoint.ts';
import { StatementLine } from '../statement.ts';
import { filesOf } from './archive-rows.ts';
import { type ArchivedPiece } from './archived-pieces.ts';
import { type Fault } from './fault.ts';
import { mergeSorted, type Part } from './merge-sorted.ts';

/** The checkpoints of several archives, each once. */
export function archivedCheckpoints(
  pieces: readonly ArchivedPiece[],
  report: (fault: Fault) => void,
): AsyncGenerator<SignedCheckpoint> {
  const { topic = '', partition = 0 } = pieces[0]?.said ?? {};
  const fault = (offset: bigint, detail: string) =>
    report({ topic, partition, of: 'checkpoint', kind: 'altered', offset, detail });
  const parts = pieces.map(({ archive, said }): Part<SignedCheckpoint> => ({
    name: `archive ${archive.name}`,
    first: said.checkpoints[0]?.since ?? null,
    items: async function* () {
      let last = -1n;
      for (const { name } of filesOf(archive, said, 'checkpoint')) {
        try {
          for await (const line of readGzipLines(join(archive.path, name))) {
            const { statement, signature } = StatementLine.parse(JSON.parse(line));
            const checkpoint = readCheckpoint(statement);
            if (checkpoint?.topic !== topic || checkpoint.partition !== partition)
              throw new Error('it is no checkpoint of this partition');
            last = checkpoint.nextOffset;
            yield { ...checkpoint, signature };
          }
        } catch {
          fault(last + 1n, `archive ${archive.name}: ${name} cannot be read from here on`);
        }
      }
    },
  }));
  return mergeSorted(parts, {
    offsetOf: ({ nextOffset }) => nextOffset,
    choose: (one, other) => ({ item: one, isSame: one.signature.equals(other.signature) }),
    onDiffering: (offset, one, other) => fault(offset, `${one} and ${other} do not hold the same`),
  });
}
