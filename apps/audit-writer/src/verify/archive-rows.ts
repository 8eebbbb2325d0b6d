import { type Cells } from '../archive/archive-columns.ts';
import { type ArchivedPartition, type ArchiveFile } from '../archive/manifest.ts';
import { type Archive, readRows } from '../archive/read-archive.ts';
import { type ChainKind, type ChainRow } from './chain-source.ts';
import { type Fault } from './fault.ts';
import { type Part } from './merge-sorted.ts';

const tables = { event: 'event', url: 'full_url' } as const;

/** What an archive has of a chain. What is wrong with it as a whole is reported while it is read to its end. */
export function archivedRows(
  archive: Archive,
  partition: ArchivedPartition,
  kind: ChainKind,
  report: (fault: Fault) => void,
): Part<ChainRow> {
  const { topic } = partition;
  const table = tables[kind];
  const said = partition.chains[kind];
  const files = filesOf(archive, partition, table);
  const fault = (offset: bigint, detail: string): Fault => ({
    topic,
    partition: partition.partition,
    of: kind === 'event' ? 'event' : 'full URL',
    kind: 'altered',
    offset,
    detail: `archive ${archive.name}: ${detail}`,
  });
  const items = async function* (): AsyncGenerator<ChainRow> {
    let rows = 0;
    let first: ChainRow | null = null;
    let last: ChainRow | null = null;
    for (const file of files) {
      try {
        for await (const cells of readRows(archive, file, table)) {
          if (cells.text('topic') !== topic || cells.int('partition') !== partition.partition)
            throw new Error('a row is of another partition');
          const row = kind === 'event' ? eventRow(cells) : urlRow(cells);
          first ??= row;
          last = row;
          rows += 1;
          yield row;
        }
      } catch {
        report(
          fault((last?.offset ?? (said?.first ?? 0n) - 1n) + 1n, `${file.name} cannot be read from here on`),
        );
      }
    }
    const isAsSaid =
      rows === (said?.rows ?? 0) &&
      first?.offset === said?.first &&
      last?.offset === said?.last &&
      last?.digest.toString('hex') === said?.digest;
    if (!isAsSaid)
      report(fault(said?.first ?? 0n, 'from here on there are not the rows that the manifest tells of'));
  };
  return { name: `archive ${archive.name}`, first: said?.first ?? null, items };
}

/** An archive's files of a table and partition, in their order. */
export function filesOf(
  { manifest }: Archive,
  { topic, partition }: Pick<ArchivedPartition, 'topic' | 'partition'>,
  table: ArchiveFile['table'],
): readonly ArchiveFile[] {
  return manifest.files.filter(
    (it) => it.table === table && it.topic === topic && it.partition === partition,
  );
}

function eventRow(cells: Cells): ChainRow {
  return {
    offset: cells.bigint('offset'),
    texts: [cells.text('body')],
    digest: cells.bytes('digest'),
    follows: followsOf(cells),
    columns: {
      eventId: cells.text('event_id'),
      kind: cells.text('kind'),
      occurredAt: cells.time('occurred_at'),
      internalId: cells.textOrNull('internal_id'),
      traceId: cells.textOrNull('trace_id'),
      fromAsid: cells.textOrNull('from_asid'),
      toAsid: cells.textOrNull('to_asid'),
      interactionId: cells.textOrNull('interaction_id'),
      method: cells.textOrNull('method'),
      redactedUrl: cells.textOrNull('redacted_url'),
      status: cells.intOrNull('status'),
      outcome: cells.textOrNull('outcome'),
      refusal: cells.textOrNull('refusal'),
      remoteAddress: cells.textOrNull('remote_address'),
      certificateSerial: cells.textOrNull('certificate_serial'),
      certificateDn: cells.textOrNull('certificate_dn'),
      decisionId: cells.textOrNull('decision_id'),
      certificateNames: cells.textOrNull('certificate_names'),
      network: cells.textOrNull('network'),
      senderOds: cells.textOrNull('sender_ods'),
      receiverOds: cells.textOrNull('receiver_ods'),
      w3cTraceId: cells.textOrNull('w3c_trace_id'),
    },
  };
}

function urlRow(cells: Cells): ChainRow {
  return {
    offset: cells.bigint('offset'),
    texts: [cells.text('internal_id'), cells.time('occurred_at').toISOString(), cells.text('url')],
    digest: cells.bytes('digest'),
    follows: followsOf(cells),
    columns: null,
  };
}

function followsOf(cells: Cells): ChainRow['follows'] {
  const digest = cells.bytesOrNull('previous_digest');
  return digest && { offset: cells.bigintOrNull('previous_offset'), digest };
}
