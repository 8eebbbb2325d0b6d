import { createHash } from 'node:crypto';
import { readRows } from '../archive/read-archive.ts';
import { filesOf } from './archive-rows.ts';
import { type ArchivedPiece } from './archived-pieces.ts';
import { type Fault } from './fault.ts';

/** The hashes of the records put aside, as trees have them, by their offsets. */
export async function readPutAside(
  pieces: readonly ArchivedPiece[],
  report: (fault: Fault) => void,
): Promise<ReadonlyMap<bigint, Buffer>> {
  const found = new Map<bigint, Buffer>();
  for (const { archive, said } of pieces) {
    const { topic, partition } = said;
    const fault = (offset: bigint, detail: string) =>
      report({ topic, partition, of: 'record put aside', kind: 'altered', offset, detail });
    for (const file of filesOf(archive, said, 'quarantine')) {
      let last = -1n;
      try {
        for await (const cells of readRows(archive, file, 'quarantine')) {
          const offset = cells.bigint('offset');
          const hash = createHash('sha256').update(cells.bytes('bytes')).digest('hex');
          const record = JSON.stringify([topic, partition, String(offset), hash, cells.text('reason')]);
          const leaf = createHash('sha256').update(record).digest();
          if (found.get(offset)?.equals(leaf) === false) fault(offset, 'two archives do not hold the same');
          found.set(offset, leaf);
          last = offset;
        }
      } catch {
        fault(last + 1n, `archive ${archive.name}: ${file.name} cannot be read from here on`);
      }
    }
  }
  return found;
}
