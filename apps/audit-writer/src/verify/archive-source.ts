import { chainStart } from '../hash-chain.ts';
import { MerkleTree } from '../merkle-tree.ts';
import { archivedCheckpoints } from './archived-checkpoints.ts';
import { type ArchivedPiece } from './archived-pieces.ts';
import { readPutAside } from './archived-put-aside.ts';
import { archivedRows } from './archive-rows.ts';
import { type Chain, type ChainKind, type ChainRow, type PartitionSource } from './chain-source.ts';
import { type Fault } from './fault.ts';
import { compareOffsets, mergeSorted, type Part } from './merge-sorted.ts';

/** Reads a partition from its archives; what is wrong with their files is told to `report`. */
export async function archivedPartition(
  pieces: readonly ArchivedPiece[],
  report: (fault: Fault) => void,
): Promise<PartitionSource> {
  const { topic, partition } = pieces[0]?.said ?? { topic: '', partition: 0 };
  const putAside = await readPutAside(pieces, report);
  const sorted = [...putAside.keys()].toSorted(compareOffsets);
  const chains = (['event', 'url'] as const).flatMap((kind) => archivedChain(pieces, kind, report) ?? []);
  const lastEvent = maximum(pieces.map(({ said }) => said.chains.event?.last ?? said.chains.url?.last ?? 0n));
  const firstOffsets = pieces.map(({ said }) => said.firstOffset);
  return {
    topic,
    partition,
    isPart: true,
    firstOffset: firstOffsets[0] ?? null,
    columnsSince: maximum(pieces.map(({ said }) => said.columnsSince)),
    nextOffset: lastEvent + 1n,
    chains,
    retirements: [],
    isPutAside: (offset) => putAside.has(offset),
    putAsideRoot: async (since, nextOffset) => {
      const tree = new MerkleTree();
      for (let at = sorted.findIndex((offset) => offset >= since); at !== -1; at += 1) {
        const offset = sorted[at];
        if (offset === undefined || offset >= nextOffset) break;
        tree.add(putAside.get(offset) ?? chainStart);
      }
      return tree.end().root;
    },
    checkpoints: () => archivedCheckpoints(pieces, report),
    holdsCheckpointAt: (nextOffset) =>
      pieces.some(({ said }) =>
        said.checkpoints.some((stretch) => stretch.since < nextOffset && nextOffset <= stretch.nextOffset),
      ),
    findBeyond: async () => null,
  };
}

/** The rows that archives have of a chain, as parts to be merged with those of elsewhere. */
export function archivedChainParts(
  pieces: readonly ArchivedPiece[],
  kind: ChainKind,
  report: (fault: Fault) => void,
): readonly Part<ChainRow>[] {
  return pieces
    .filter(({ said }) => said.chains[kind] !== null)
    .map(({ archive, said }) => archivedRows(archive, said, kind, report));
}

/** Rows of a chain from several places, in the order of offsets; where two places differ is reported. */
export function mergeRows(
  parts: readonly Part<ChainRow>[],
  { topic, partition }: Pick<PartitionSource, 'topic' | 'partition'>,
  kind: ChainKind,
  report: (fault: Fault) => void,
): AsyncGenerator<ChainRow> {
  return mergeSorted(parts, {
    offsetOf: ({ offset }) => offset,
    choose: (one, other) => ({
      item: other.follows === null ? other : one,
      isSame: one.digest.equals(other.digest) && one.texts.join('\0') === other.texts.join('\0'),
    }),
    onDiffering: (offset, one, other) =>
      report({
        topic,
        partition,
        of: kind === 'event' ? 'event' : 'full URL',
        kind: 'altered',
        offset,
        detail: `${one} and ${other} do not hold the same`,
      }),
  });
}

function archivedChain(
  pieces: readonly ArchivedPiece[],
  kind: ChainKind,
  report: (fault: Fault) => void,
): Chain | null {
  const parts = archivedChainParts(pieces, kind, report);
  const ends = pieces.flatMap(({ said }) => said.chains[kind] ?? []);
  const last = ends.toSorted((one, other) => (one.last < other.last ? 1 : -1))[0];
  const said = pieces[0]?.said;
  if (!last || !said) return null;
  return {
    kind,
    start: chainStart,
    head: Buffer.from(last.digest, 'hex'),
    rows: () => mergeRows(parts, said, kind, report),
  };
}

function maximum(offsets: readonly bigint[]): bigint {
  return offsets.reduce((most, offset) => (offset > most ? offset : most), 0n);
}
