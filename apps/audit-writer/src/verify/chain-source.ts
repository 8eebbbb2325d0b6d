import { type SearchColumns } from '../audit-entry.ts';
import { type SignedCheckpoint } from '../checkpoint.ts';
import { type SignedRetirement } from '../retire/retirement.ts';

/** The chains of a partition, as docs/audit-format.md names them. */
export type ChainKind = 'event' | 'url';

/** What a table says of an event beside its body. */
export type EventColumns = SearchColumns & {
  readonly eventId: string;
  readonly kind: string;
  readonly occurredAt: Date;
  readonly internalId: string | null;
};

/** What a row is chained to; a row that begins a chain follows nothing. */
export type Predecessor = { readonly offset: bigint | null; readonly digest: Buffer };

export type ChainRow = {
  readonly offset: bigint;
  /** What its digest covers beside its place. */
  readonly texts: readonly string[];
  readonly digest: Buffer;
  /** Null where the source holds none. */
  readonly columns: EventColumns | null;
  /** Said of a row whose predecessor may be elsewhere; null where it stands in the same place. */
  readonly follows: Predecessor | null;
};

export type Chain = {
  readonly kind: ChainKind;
  /** What the first row is chained to. */
  readonly start: Buffer;
  /** What the last row is said to have. */
  readonly head: Buffer;
  /** In the order of offsets; may be walked more than once. */
  readonly rows: () => AsyncIterable<ChainRow>;
};

/** All that is kept of one partition, wherever it is kept. */
export type PartitionSource = {
  readonly topic: string;
  readonly partition: number;
  /** May rows, and checkpoints, stand elsewhere between those that are here? */
  readonly isPart: boolean;
  /** Where its events begin; null where that is not known. */
  readonly firstOffset: bigint | null;
  /** Where events began to have every column of now; those before may lack some. */
  readonly columnsSince: bigint;
  /** All that is to be looked at lies before it. */
  readonly nextOffset: bigint;
  /** The chain of events first. */
  readonly chains: readonly Chain[];
  /** What has been dropped of the chains, in the order of offsets. */
  readonly retirements: readonly SignedRetirement[];
  /** Is there a record at this offset that was no event, and was put aside? */
  readonly isPutAside: (offset: bigint) => boolean;
  /** The root of the tree over the records put aside in a span of offsets (docs/audit-format.md). */
  readonly putAsideRoot: (since: bigint, nextOffset: bigint) => Promise<Buffer>;
  /** In the order of their offsets, none beyond `nextOffset`; may be walked more than once. */
  readonly checkpoints: () => AsyncIterable<SignedCheckpoint>;
  /** Must the checkpoint that ends at this offset be here? */
  readonly holdsCheckpointAt: (nextOffset: bigint) => boolean;
  /** The first row at or beyond `nextOffset` that no writer can have written; null where there is none. */
  readonly findBeyond: () => Promise<bigint | null>;
};

/** A partition of which something is left, but not what its chains are known by. */
export type HeadlessPartition = { readonly topic: string; readonly partition: number };

/** Where the audit, or a part of it, is read from to be proved. */
export type ChainSource = { readonly partitions: () => AsyncIterable<PartitionSource | HeadlessPartition> };
