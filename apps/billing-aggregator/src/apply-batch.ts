import { readFrom, type ReceivedBatch } from '@ssp/kafka';
import { inTransaction, storeOffset, takeOffset } from '@ssp/postgres';
import { type Pool } from 'pg';
import { addUsage } from './add-usage.ts';
import { aggregateUsage } from './aggregate-usage.ts';
import { noteLate } from './books/note-late.ts';
import { enterExchanges, enterNewExchanges, isEnteredBefore } from './ledger.ts';
import { monthOf, openMonths } from './ledger-months.ts';
import { type PoisonRecord, quarantine } from './quarantine.ts';
import { type ReadUsage, readRecords } from './read-records.ts';
import { noteChanges } from './reconcile/note-changes.ts';
import { type Usage } from './usage-of.ts';
import { knownKeys, storeKeys } from './usage-keys.ts';

/** What a batch came to. */
export type AppliedBatch = {
  readonly nextOffset: bigint;
  readonly counted: readonly Usage[];
  /** Events that are no end of an exchange. */
  readonly others: number;
  readonly duplicates: number;
  readonly quarantined: number;
};

/**
 * Counts batches: the sums, the exchanges of the ledger and the place to go on from are stored in one transaction, so that a
 * batch counts once however often it comes, and an exchange once however often it was published.
 */
export function batchApplier(pool: Pool): (batch: ReceivedBatch) => Promise<AppliedBatch> {
  const keys = knownKeys();
  const months = new Set<string>();

  const applyOnce = async (batch: ReceivedBatch, expectation: 'all-new' | 'some-entered') => {
    const { topic, partition } = batch;
    const { learnt, ...applied } = await inTransaction(pool, async (client) => {
      const plan = readFrom(batch, await takeOffset(client, 'billing', topic, partition));
      const { nextOffset } = plan;
      if (plan.kind === 'seek') return { ...nothing, nextOffset };
      const { usages: read, otherEvents, repeatedEvents, poison } = readRecords(plan.records);
      const { opened, dropped } = await openMonths(client, read.map(usageAlone), months);
      const usages = dropped.size === 0 ? read : read.filter(({ usage }) => !dropped.has(monthOf(usage)));
      const tooLate = read.filter(({ usage }) => dropped.has(monthOf(usage))).map(asTooLate);
      const offered = usages.map(usageAlone);
      const enter = expectation === 'all-new' ? enterExchanges : enterNewExchanges;
      const counted = await enter(client, offered);
      const sums = aggregateUsage(counted);
      const newKeys = await storeKeys(client, sums, keys);
      await addUsage(client, sums);
      await noteChanges(client, sums);
      await noteLate(client, counted);
      await quarantine(client, topic, partition, [...poison, ...tooLate]);
      await storeOffset(client, 'billing', topic, partition, nextOffset);
      return {
        learnt: { keys: newKeys, months: opened },
        nextOffset,
        counted,
        others: otherEvents,
        duplicates: repeatedEvents + offered.length - counted.length,
        quarantined: poison.length + tooLate.length,
      };
    });
    keys.add(learnt.keys);
    for (const month of learnt.months) months.add(month);
    return applied;
  };

  return (batch) =>
    applyOnce(batch, 'all-new').catch((error: unknown) => {
      // A month may have been dropped meanwhile; when the batch is repeated that is looked up.
      months.clear();
      if (!isEnteredBefore(error)) throw error;
      return applyOnce(batch, 'some-entered');
    });
}

const nothing = {
  learnt: { keys: [], months: [] },
  counted: [],
  others: 0,
  duplicates: 0,
  quarantined: 0,
};

const usageAlone = ({ usage }: ReadUsage) => usage;

/** Nobody can say whether it was counted before. */
function asTooLate({ usage, record }: ReadUsage): PoisonRecord {
  const { offset, value } = record;
  return { offset, value, reason: `time: the ledger of ${monthOf(usage)} was dropped` };
}
