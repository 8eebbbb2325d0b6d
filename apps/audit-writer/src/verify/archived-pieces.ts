import { type ArchivedPartition } from '../archive/manifest.ts';
import { type Archive } from '../archive/read-archive.ts';

/** What one archive has of a partition. */
export type ArchivedPiece = { readonly archive: Archive; readonly said: ArchivedPartition };

/** The pieces of each partition that any archive has something of, in the order of topics and partitions. */
export function archivedPieces(archives: readonly Archive[]): readonly (readonly ArchivedPiece[])[] {
  const pieces = archives.flatMap((archive) =>
    archive.manifest.partitions.map((said) => ({ archive, said })),
  );
  const byPartition = Map.groupBy(
    pieces,
    ({ said }) => `${said.topic} ${String(said.partition).padStart(10, '0')}`,
  );
  return [...byPartition].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => group);
}
