import { readFrom, type ReceivedBatch } from '@ssp/kafka';
import { inTransaction, storeOffset, takeOffset } from '@ssp/postgres';
import { type Pool } from 'pg';
import { addUsage } from './add-usage.ts';
import { aggregateUsage } from './aggregate-usage.ts';
import { type AggregatorMetrics } from './metrics.ts';
import { quarantine } from './quarantine.ts';
import { readRecords } from './read-records.ts';
import { isSeenBefore, rememberExchanges, withoutSeen } from './seen-exchanges.ts';

/** What a batch came to. */
export type AppliedBatch = {
  readonly nextOffset: bigint;
  readonly counted: number;
  readonly notUsage: number;
  readonly duplicates: number;
  readonly quarantined: number;
};

/**
 * Counts a batch: its usage, the exchanges seen and the place to go on from are stored in one transaction, so that a
 * batch counts once however often it comes, and an exchange once however often it was published.
 */
export async function applyBatch(
  pool: Pool,
  batch: ReceivedBatch,
  metrics: AggregatorMetrics,
): Promise<AppliedBatch> {
  const stopTimer = metrics.batchSeconds.startTimer();
  const applied = await applyOnce(pool, batch, 'all-new').catch((error: unknown) => {
    if (!isSeenBefore(error)) throw error;
    return applyOnce(pool, batch, 'some-seen');
  });
  stopTimer();
  metrics.events.inc({ result: 'counted' }, applied.counted);
  metrics.events.inc({ result: 'not_usage' }, applied.notUsage);
  metrics.events.inc({ result: 'duplicate' }, applied.duplicates);
  metrics.events.inc({ result: 'quarantined' }, applied.quarantined);
  return applied;
}

function applyOnce(
  pool: Pool,
  batch: ReceivedBatch,
  expectation: 'all-new' | 'some-seen',
): Promise<AppliedBatch> {
  const { topic, partition } = batch;
  return inTransaction(pool, async (client) => {
    const plan = readFrom(batch, await takeOffset(client, 'billing', topic, partition));
    const { nextOffset } = plan;
    if (plan.kind === 'seek') return { nextOffset, counted: 0, notUsage: 0, duplicates: 0, quarantined: 0 };
    const { usages, otherEvents, repeatedEvents, poison } = readRecords(plan.records);
    const fresh = expectation === 'all-new' ? usages : await withoutSeen(client, usages);
    await rememberExchanges(client, fresh);
    await addUsage(client, aggregateUsage(fresh));
    await quarantine(client, topic, partition, poison);
    await storeOffset(client, 'billing', topic, partition, nextOffset);
    return {
      nextOffset,
      counted: fresh.length,
      notUsage: otherEvents,
      duplicates: repeatedEvents + usages.length - fresh.length,
      quarantined: poison.length,
    };
  });
}
