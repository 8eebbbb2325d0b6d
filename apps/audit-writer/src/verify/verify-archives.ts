import { type Archive } from '../archive/read-archive.ts';
import { type KnownKeys } from '../key-change.ts';
import { type ArchiveFault, archiveFaults } from './archive-faults.ts';
import { archivedPartition } from './archive-source.ts';
import { archivedPieces } from './archived-pieces.ts';
import { type ChainSource } from './chain-source.ts';
import { type Fault } from './fault.ts';
import { type Progress, type Verification, verifyAudit } from './verify-audit.ts';
import { withArchives } from './with-archives.ts';

/** What was found of archives beside the chains' faults. */
export type ArchiveVerification = Verification & { readonly archiveFaults: readonly ArchiveFault[] };

/**
 * Checks archives, and the chains that run through them. With `tables` the chains must be whole between both; without, rows of months that
 * are not given may be missing, where the rows that follow them say so.
 */
export async function verifyArchives(
  archives: readonly Archive[],
  tables: ChainSource | null,
  keys: KnownKeys | null,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<ArchiveVerification> {
  const ofFiles: ArchiveFault[] = [];
  for (const archive of archives) ofFiles.push(...(await archiveFaults(archive, keys)));
  // A chain may be walked more than once; what is wrong with a file is told once.
  const reported = new Map<string, Fault>();
  const report = (fault: Fault) =>
    reported.set(`${fault.of} ${fault.offset} ${fault.topic} ${fault.partition} ${fault.detail}`, fault);
  const pieces = archivedPieces(archives);
  const source: ChainSource = tables
    ? withArchives(tables, pieces, report)
    : {
        partitions: async function* () {
          for (const group of pieces) yield await archivedPartition(group, report);
        },
      };
  const { faults, ...seen } = await verifyAudit(source, keys, onProgress);
  return { ...seen, faults: [...faults, ...reported.values()], archiveFaults: ofFiles };
}
