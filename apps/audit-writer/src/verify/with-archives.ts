import { archivedChainParts, mergeRows } from './archive-source.ts';
import { type ArchivedPiece } from './archived-pieces.ts';
import { type ChainSource, type PartitionSource } from './chain-source.ts';
import { type Fault } from './fault.ts';

/** The tables, with the rows of archives among theirs: together they must be whole. */
export function withArchives(
  tables: ChainSource,
  pieces: readonly (readonly ArchivedPiece[])[],
  report: (fault: Fault) => void,
): ChainSource {
  return {
    partitions: async function* () {
      const left = new Set(pieces);
      for await (const found of tables.partitions()) {
        const group = [...left].find(([piece]) => isOf(piece, found));
        if (group) left.delete(group);
        yield group && 'chains' in found ? merged(found, group, report) : found;
      }
      for (const [piece] of left) {
        if (!piece) continue;
        const { topic, partition } = piece.said;
        const detail = 'the tables know nothing of a partition that is archived';
        report({ topic, partition, of: 'chain head', kind: 'missing', offset: 0n, detail });
      }
    },
  };
}

function merged(
  source: PartitionSource,
  pieces: readonly ArchivedPiece[],
  report: (fault: Fault) => void,
): PartitionSource {
  const chains = source.chains.map((chain) => {
    const parts = [
      { name: 'the tables', first: null, items: chain.rows },
      ...archivedChainParts(pieces, chain.kind, report),
    ];
    return { ...chain, rows: () => mergeRows(parts, source, chain.kind, report) };
  });
  // What was dropped from the tables stands in its archive, where there is one.
  const archived = new Set(pieces.map(({ archive }) => archive.manifest.month));
  const retirements = source.retirements.filter(({ month }) => !archived.has(month));
  return { ...source, chains, retirements };
}

function isOf(
  piece: ArchivedPiece | undefined,
  { topic, partition }: Pick<PartitionSource, 'topic' | 'partition'>,
): boolean {
  return piece?.said.topic === topic && piece.said.partition === partition;
}
