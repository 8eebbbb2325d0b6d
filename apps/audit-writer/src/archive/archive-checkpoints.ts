import { join } from 'node:path';
import { checkpointStatement } from '../checkpoint.ts';
import { checkpointRows } from '../checkpoint-rows.ts';
import { type Queryable } from '../queryable.ts';
import { statementLine } from '../statement.ts';
import { type OffsetSpan } from './archive-chain.ts';
import { type ArchivedPartition, type ArchiveFile } from './manifest.ts';
import { gzipLines } from './ndjson-rows.ts';

const endOfOffsets = 2n ** 63n - 1n;

/** Stretches of checkpoints each of which is linked to the one before. */
export type LinkedStretches = ArchivedPartition['checkpoints'];

/** Writes the checkpoints that tell of any row in the spans, and gives the file; null where there are none. */
export async function archiveCheckpoints(
  db: Queryable,
  { topic, partition }: { readonly topic: string; readonly partition: number },
  spans: readonly OffsetSpan[],
  folder: string,
  resources: AsyncDisposableStack,
): Promise<{ readonly file: ArchiveFile | null; readonly stretches: LinkedStretches }> {
  const name = `checkpoint-${topic}-${partition}.ndjson.gz`;
  const stretches: { since: bigint; nextOffset: bigint }[] = [];
  let lines: Awaited<ReturnType<typeof gzipLines>> | null = null;
  let rows = 0;
  let told = -1n;
  for (const { first, last } of spans) {
    if (told > last) continue;
    const after = told > first ? told : first;
    for await (const checkpoint of checkpointRows(db, { topic, partition, after, upTo: endOfOffsets })) {
      const { nextOffset, link, signature } = checkpoint;
      lines ??= await gzipLines(join(folder, name), resources);
      await lines.add(statementLine({ statement: checkpointStatement(checkpoint), signature }));
      rows += 1;
      told = nextOffset;
      const stretch = stretches.at(-1);
      if (stretch && link?.since === stretch.nextOffset) stretch.nextOffset = nextOffset;
      else stretches.push({ since: link?.since ?? nextOffset, nextOffset });
      if (nextOffset > last) break;
    }
  }
  if (!lines) return { file: null, stretches };
  return {
    file: { name, table: 'checkpoint', topic, partition, rows, ...(await lines.end()) },
    stretches,
  };
}
