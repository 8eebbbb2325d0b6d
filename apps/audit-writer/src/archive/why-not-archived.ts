import { type KnownKeys } from '../key-change.ts';
import { type Queryable } from '../queryable.ts';
import { type Progress } from '../verify/verify-audit.ts';
import { verifyArchives } from '../verify/verify-archives.ts';
import { monthFolders } from './archive-folder.ts';
import { monthSpan } from './month.ts';
import { type Archive, openArchive } from './read-archive.ts';

/**
 * Says why a month may not be dropped from the tables for being archived: its archives do not hold, or do not hold all of it. Null where
 * every row of it can be read from archives that somebody with a known key has signed. Reads all of them.
 */
export async function whyNotArchived(
  db: Queryable,
  month: string,
  folder: string,
  keys: KnownKeys,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<string | null> {
  const archives = await Promise.all((await monthFolders(folder, month)).map((path) => openArchive(path)));
  const strange = archives.find(({ manifest }) => manifest.month !== month);
  if (strange) return `the archive ${strange.name} is of ${strange.manifest.month}`;
  const { faults, archiveFaults } = await verifyArchives(archives, null, keys, onProgress);
  const [ofFiles] = archiveFaults;
  if (ofFiles) return `the archive ${ofFiles.archive} does not hold: ${ofFiles.detail}`;
  const [fault] = faults;
  if (fault)
    return `the archives do not hold at offset ${fault.offset} of ${fault.topic}/${fault.partition}: ${fault.detail}`;
  const { rows } = await db.query<{ topic: string; partition: number }>(
    'select topic, partition from audit.chain_head order by topic, partition',
  );
  for (const { topic, partition } of rows) {
    const end = archivedWhole(archives, topic, partition);
    if (await hasMore(db, month, topic, partition, end))
      return `from offset ${end} on ${topic}/${partition} has rows of ${month} that no archive has`;
  }
  return null;
}

/** The offset below which all is archived. */
function archivedWhole(archives: readonly Archive[], topic: string, partition: number): bigint {
  let end = 0n;
  const pieces = archives
    .flatMap(({ manifest }) => manifest.partitions)
    .filter((it) => it.topic === topic && it.partition === partition)
    .toSorted((one, other) => (one.from < other.from ? -1 : 1));
  for (const { from, nextOffset } of pieces) if (from <= end && nextOffset > end) end = nextOffset;
  return end;
}

async function hasMore(
  db: Queryable,
  month: string,
  topic: string,
  partition: number,
  from: bigint,
): Promise<boolean> {
  const { since, end } = monthSpan(month);
  const { rows } = await db.query<{ more: boolean }>(
    `select exists (
       select from audit.event
       where topic = $1 and partition = $2 and "offset" >= $3 and occurred_at >= $4 and occurred_at < $5
     ) or exists (
       select from audit.full_url
       where topic = $1 and partition = $2 and "offset" >= $3 and occurred_at >= $4 and occurred_at < $5
     ) as more`,
    [topic, partition, String(from), since, end],
  );
  return rows[0]?.more ?? true;
}
