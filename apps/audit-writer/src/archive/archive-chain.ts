import { chainDigest, chainStart } from '../hash-chain.ts';
import { type Queryable } from '../queryable.ts';
import { rowBefore } from '../row-before.ts';
import { type ChainKind } from '../verify/chain-source.ts';
import { type ArchivedChain } from './manifest.ts';
import { monthRows, type MonthStretch } from './month-rows.ts';
import { type PartedRows } from './parted-rows.ts';

/** Thrown where a row does not follow from the one before it: what is not as it was written is not archived as if it were. */
export class UnlinkedRowError extends Error {
  override readonly name = 'UnlinkedRowError';
}

/** What a chain has in a month, and the spans of offsets, first to last, that its rows stand in. */
export type ChainOfMonth = {
  readonly chain: ArchivedChain;
  /** Offset of the row before the first; null where there is none. */
  readonly after: bigint | null;
  readonly spans: readonly OffsetSpan[];
};
export type OffsetSpan = { readonly first: bigint; readonly last: bigint };

/** Rows of other months fill gaps shorter than this, as at the turn of a month; such a gap parts no spans. */
const shortGap = 100_000n;

/**
 * Writes a month's rows of a chain, each checked against the one before it, and gives what the manifest says of them; null where
 * there are none. A row whose predecessor is of another month carries that one's offset and digest.
 */
export async function archiveChain(
  db: Queryable,
  kind: ChainKind,
  stretch: MonthStretch,
  files: PartedRows,
  onRow: () => void,
): Promise<ChainOfMonth | null> {
  const { topic, partition } = stretch;
  const spans: { first: bigint; last: bigint }[] = [];
  let rows = 0;
  let first: { readonly offset: bigint; readonly after: bigint | null; readonly previous: Buffer } | null =
    null;
  let last: { readonly offset: bigint; readonly digest: Buffer } | null = null;
  for await (const { offset, texts, digest, cells } of monthRows(db, kind, stretch)) {
    const place = { topic, partition, offset };
    const isNext: boolean = last !== null && chainDigest(last.digest, place, texts).equals(digest);
    if (isNext) await files.add([...cells, null, null]);
    else {
      const before = await rowBefore(db, kind, stretch, offset);
      const previous = before?.digest ?? chainStart;
      if (!chainDigest(previous, place, texts).equals(digest)) {
        throw new UnlinkedRowError(
          `the ${kind} at offset ${offset} of ${topic}/${partition} does not follow from the row before it: verify the audit`,
        );
      }
      const after = before?.offset ?? null;
      first ??= { offset, after, previous };
      await files.add([...cells, after, previous]);
    }
    last = { offset, digest };
    widen(spans, offset);
    rows += 1;
    onRow();
  }
  if (!first || !last) return null;
  const chain = {
    rows,
    first: first.offset,
    last: last.offset,
    previous: first.previous.toString('hex'),
    digest: last.digest.toString('hex'),
  };
  return { chain, after: first.after, spans };
}

function widen(spans: { first: bigint; last: bigint }[], offset: bigint): void {
  const span = spans.at(-1);
  if (span && offset - span.last <= shortGap) span.last = offset;
  else spans.push({ first: offset, last: offset });
}
