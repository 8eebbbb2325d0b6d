import { type Queryable } from '../queryable.ts';
import { archiveChain, type ChainOfMonth } from './archive-chain.ts';
import { archiveCheckpoints, type LinkedStretches } from './archive-checkpoints.ts';
import { archivePutAside } from './archive-put-aside.ts';
import { type ArchivedTable } from './archive-columns.ts';
import { type ArchivedPartition, type ArchiveFile } from './manifest.ts';
import { type MonthStretch } from './month-rows.ts';
import { PartedRows } from './parted-rows.ts';
import { type RowFormat } from './row-file.ts';

/** What the manifest says of a partition, but for what is known of it beside the month. */
type PartitionOfMonth = {
  readonly files: readonly ArchiveFile[];
  readonly partition: Omit<ArchivedPartition, 'firstOffset' | 'columnsSince'>;
};

/** Writes a month's rows of one partition, and what proves them; gives null where there are none. */
export async function archivePartition(
  db: Queryable,
  stretch: MonthStretch,
  { folder, format }: { readonly folder: string; readonly format: RowFormat },
  onRow: () => void,
): Promise<PartitionOfMonth | null> {
  await using resources = new AsyncDisposableStack();
  const { topic, partition, from, nextOffset } = stretch;
  const rowsOf = (table: ArchivedTable) =>
    new PartedRows({ folder, format, table, topic, partition }, resources);
  const files = { event: rowsOf('event'), url: rowsOf('full_url'), putAside: rowsOf('quarantine') };
  const event = await archiveChain(db, 'event', stretch, files.event, onRow);
  const url = await archiveChain(db, 'url', stretch, files.url, onRow);
  if (!event && !url) return null;
  const spans = event?.spans ?? [];
  const checkpoints = await archiveCheckpoints(db, stretch, spans, folder, resources);
  const told = tellsOf(event, checkpoints.stretches);
  await archivePutAside(db, { topic, partition, ...told }, files.putAside);
  const written = [await files.event.end(), await files.url.end(), await files.putAside.end()].flat();
  return {
    files: checkpoints.file ? [...written, checkpoints.file] : written,
    partition: {
      topic,
      partition,
      from,
      nextOffset,
      chains: { event: event?.chain ?? null, url: url?.chain ?? null },
      checkpoints: checkpoints.stretches,
    },
  };
}

/** The offsets that rows and checkpoints tell of, from behind the row before them: what was put aside there belongs to the proof. */
function tellsOf(event: ChainOfMonth | null, stretches: LinkedStretches) {
  const first = event?.after === undefined || event.after === null ? 0n : event.after + 1n;
  const end = (event?.spans.at(-1)?.last ?? -1n) + 1n;
  const since = stretches[0]?.since ?? first;
  const until = stretches.at(-1)?.nextOffset ?? end;
  return { since: since < first ? since : first, nextOffset: until > end ? until : end };
}
