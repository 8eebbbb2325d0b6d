import { type KeyObject } from 'node:crypto';
import { readKeyChanges } from '../key-change.ts';
import { type Queryable } from '../queryable.ts';
import { statementLine } from '../statement.ts';
import { monthFolders, monthManifests, UnfinishedFolder } from './archive-folder.ts';
import { archivePartition } from './archive-partition.ts';
import {
  archiveForm,
  type Manifest,
  manifestBytes,
  manifestName,
  signatureName,
  signManifest,
} from './manifest.ts';
import { type RowFormat } from './row-file.ts';

/** How a month is archived. */
export type ArchiveSettings = {
  /** Where each archive gets a folder of its own. */
  readonly folder: string;
  readonly format: RowFormat;
  /** Signs the manifest; without it whoever can write to the folder could replace an archive. */
  readonly key: KeyObject | null;
  readonly at: Date;
};

type KnownPartition = {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: string | null;
  readonly columnsSince: string;
  readonly nextOffset: string;
};

/** Called for each row that is written. */
export type OnArchivedRow = (place: { readonly topic: string; readonly partition: number }) => void;

/**
 * Writes what the tables hold of a month, and its archives do not, to an archive of its own. Gives its folder and manifest; null where
 * there is nothing. Rejects with an UnlinkedRowError where the rows are not as they were written. One may run at a time.
 */
export async function archiveMonth(
  db: Queryable,
  month: string,
  { folder, format, key, at }: ArchiveSettings,
  onRow: OnArchivedRow = () => undefined,
): Promise<{ readonly path: string; readonly manifest: Manifest } | null> {
  await using resources = new AsyncDisposableStack();
  const earlier = await monthManifests(folder, month);
  const unfinished = await UnfinishedFolder.make(folder, month, resources);
  const files: Manifest['files'] = [];
  const partitions: Manifest['partitions'] = [];
  // All below the offset of now is written for good, so nothing holds a transaction open for hours.
  for (const { topic, partition, ...known } of await knownPartitions(db)) {
    const archived = await archivePartition(
      db,
      {
        month,
        topic,
        partition,
        from: archivedBelow(earlier, topic, partition),
        nextOffset: BigInt(known.nextOffset),
      },
      { folder: unfinished.path, format },
      () => onRow({ topic, partition }),
    );
    if (!archived) continue;
    files.push(...archived.files);
    partitions.push({
      ...archived.partition,
      firstOffset: known.firstOffset === null ? null : BigInt(known.firstOffset),
      columnsSince: BigInt(known.columnsSince),
    });
  }
  if (partitions.length === 0) return null;
  const keys = (await readKeyChanges(db)).map(({ statement, signature }) => ({
    statement: [...statement],
    signature: Buffer.from(signature),
  }));
  const manifest = {
    format: archiveForm,
    month,
    at: at.toISOString(),
    rows: format,
    files,
    partitions,
    keys,
  } as const;
  const bytes = manifestBytes(manifest);
  if (key) {
    const signature = statementLine(signManifest(manifest, bytes, key));
    await unfinished.write(signatureName, Buffer.from(`${signature}\n`));
  }
  await unfinished.write(manifestName, bytes);
  const number = (await monthFolders(folder, month)).length + 1;
  return { path: await unfinished.finish(month, number), manifest };
}

async function knownPartitions(db: Queryable): Promise<readonly KnownPartition[]> {
  const { rows } = await db.query<KnownPartition>(`
    select topic, partition, first_offset as "firstOffset", columns_since as "columnsSince", next_offset as "nextOffset"
    from audit.chain_head join audit.consumer_offset using (topic, partition)
    order by topic, partition`);
  return rows;
}

function archivedBelow(earlier: readonly Manifest[], topic: string, partition: number): bigint {
  let below = 0n;
  for (const { partitions } of earlier) {
    const same = partitions.find((it) => it.topic === topic && it.partition === partition);
    if (same && same.nextOffset > below) below = same.nextOffset;
  }
  return below;
}
