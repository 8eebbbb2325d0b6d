import { type SealUrl } from '@ssp/contracts';
import { readFrom, type ReceivedBatch, type ReceivedRecord } from '@ssp/kafka';
import { inTransaction, storeOffset, takeOffset } from '@ssp/postgres';
import { type Pool } from 'pg';
import { readChainHead, storeChainHead } from './chain-head.ts';
import { copyEntries } from './copy-entries.ts';
import { storeRuns } from './numbers/kept-runs.ts';
import { partRepeats } from './numbers/part-repeats.ts';
import { quarantine } from './quarantine.ts';
import { type PoisonedRecord, type ReadRecord, readRecords } from './read-records.ts';

export type WrittenBatch = {
  readonly nextOffset: bigint;
  readonly written: readonly ReadRecord[];
  readonly poisoned: readonly PoisonedRecord[];
};

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
    if (plan.kind === 'seek') return { nextOffset: plan.nextOffset, written: [], poisoned: [] };
    const { read, poisoned: unreadable } = readRecords(topic, plan.records, refused);
    const { fresh, repeated, runs } = await partRepeats(client, topic, read, unreadable);
    const poisoned =
      repeated.size === 0 ? unreadable : [...unreadable, ...withReasons(plan.records, repeated)];
    const head = await readChainHead(client, topic, partition);
    const firstOffset = plan.records[0]?.offset ?? plan.nextOffset;
    const grown = await copyEntries(client, { topic, partition }, fresh, head, sealUrl);
    await storeRuns(client, topic, runs);
    await storeChainHead(client, topic, partition, grown, firstOffset);
    await quarantine(client, topic, partition, poisoned);
    await storeOffset(client, 'audit', topic, partition, plan.nextOffset);
    return { nextOffset: plan.nextOffset, written: fresh, poisoned };
  });
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
