import { type SealUrl } from '@ssp/contracts';
import { readFrom, type ReceivedBatch, type ReceivedRecord } from '@ssp/kafka';
import { inTransaction, storeOffset, takeOffset } from '@ssp/postgres';
import { type Pool, type PoolClient } from 'pg';
import { type ChainHead, readChainHead, storeChainHead } from './chain-head.ts';
import { type EntryCounts } from './entry-rows.ts';
import { overlappingRuns, storeRuns } from './numbers/kept-runs.ts';
import { partRepeats } from './numbers/part-repeats.ts';
import { type PlainRows, plainRows } from './plain-rows.ts';
import { quarantine } from './quarantine.ts';
import { type PoisonedRecord, readRecords } from './read-records.ts';
import { rowsOf } from './rows-of.ts';

export type WrittenBatch = {
  readonly nextOffset: bigint;
  readonly written: EntryCounts;
  readonly poisoned: readonly PoisonedRecord[];
};

const nothing: EntryCounts = { byKind: new Map(), newestAt: null };

/**
 * Writes what is new in the batch, the digests it is chained by and the offset to go on from, in one transaction:
 * a batch that comes again changes nothing. Throws KeptMeanwhileError where another writer was quicker. Without `sealUrl` full URLs lie open. What the table has `refused` goes to quarantine.
 */
export function writeBatch(
  pool: Pool,
  batch: ReceivedBatch,
  sealUrl: SealUrl | null,
  refused: ReadonlyMap<bigint, string> = new Map(),
): Promise<WrittenBatch> {
  const { topic, partition } = batch;
  return inTransaction(pool, async (client) => {
    const plan = readFrom(batch, await takeOffset(client, 'audit', topic, partition));
    if (plan.kind === 'seek') return { nextOffset: plan.nextOffset, written: nothing, poisoned: [] };
    const head = await readChainHead(client, topic, partition);
    const rowsToWrite =
      (refused.size === 0 && (await plainly(client, batch, plan.records, head, sealUrl))) ||
      (await withoutOthers(client, batch, plan.records, head, sealUrl, refused));
    const { rows, runs, poisoned } = rowsToWrite;
    const firstOffset = plan.records[0]?.offset ?? plan.nextOffset;
    await rows.copyTo(client);
    await storeRuns(client, topic, runs);
    await storeChainHead(client, topic, partition, rows.head, firstOffset);
    await quarantine(client, topic, partition, poisoned);
    await storeOffset(client, 'audit', topic, partition, plan.nextOffset);
    return { nextOffset: plan.nextOffset, written: rows.counts, poisoned };
  });
}

type ToWrite = PlainRows & { readonly poisoned: readonly PoisonedRecord[] };

/** Null where a record is not to be kept as it comes. */
async function plainly(
  client: PoolClient,
  batch: ReceivedBatch,
  records: readonly ReceivedRecord[],
  head: ChainHead,
  sealUrl: SealUrl | null,
): Promise<ToWrite | null> {
  const plain = plainRows(batch, head, sealUrl, records);
  if (plain === null || (await overlappingRuns(client, batch.topic, plain.runs)).length > 0) return null;
  return { ...plain, poisoned: [] };
}

/** Looks at each record more closely, and puts aside what is no event or is kept already. */
async function withoutOthers(
  client: PoolClient,
  batch: ReceivedBatch,
  records: readonly ReceivedRecord[],
  head: ChainHead,
  sealUrl: SealUrl | null,
  refused: ReadonlyMap<bigint, string>,
): Promise<ToWrite> {
  const { read, poisoned: unreadable } = readRecords(batch.topic, records, refused);
  const { fresh, repeated, runs } = await partRepeats(client, batch.topic, read, unreadable);
  const poisoned = repeated.size === 0 ? unreadable : [...unreadable, ...withReasons(records, repeated)];
  return { rows: rowsOf(batch, head, sealUrl, fresh), runs, poisoned };
}

function withReasons(
  records: readonly ReceivedRecord[],
  reasons: ReadonlyMap<bigint, string>,
): readonly PoisonedRecord[] {
  return records.flatMap(({ offset, value }) => {
    const reason = reasons.get(offset);
    return reason === undefined ? [] : [{ offset, value, reason }];
  });
}
