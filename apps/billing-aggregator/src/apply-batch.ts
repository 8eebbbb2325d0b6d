import { readFrom, type ReceivedBatch } from '@ssp/kafka';
import { inTransaction, storeOffset, takeOffset } from '@ssp/postgres';
import { type Pool } from 'pg';
import { addUsage } from './add-usage.ts';
import { aggregateUsage } from './aggregate-usage.ts';
import { type AggregatorMetrics } from './metrics.ts';
import { quarantine } from './quarantine.ts';
import { readRecords } from './read-records.ts';
import { rememberExchanges } from './seen-exchanges.ts';

/**
 * Counts a batch: its usage and the place to go on from are stored in one transaction, so that a batch counts once
 * however often it comes.
 */
export async function applyBatch(
  pool: Pool,
  batch: ReceivedBatch,
  metrics: AggregatorMetrics,
): Promise<{ readonly nextOffset: bigint; readonly poison: number }> {
  const { topic, partition } = batch;
  const stopTimer = metrics.batchSeconds.startTimer();
  const applied = await inTransaction(pool, async (client) => {
    const plan = readFrom(batch, await takeOffset(client, 'billing', topic, partition));
    if (plan.kind === 'seek')
      return { nextOffset: plan.nextOffset, poison: 0, other: 0, duplicates: 0, counted: 0 };
    const { usages, otherEvents, repeatedEvents, poison } = readRecords(plan.records);
    const seenBefore = await rememberExchanges(client, usages);
    await addUsage(client, aggregateUsage(usages.filter(({ internalId }) => !seenBefore.has(internalId))));
    await quarantine(client, topic, partition, poison);
    await storeOffset(client, 'billing', topic, partition, plan.nextOffset);
    return {
      nextOffset: plan.nextOffset,
      poison: poison.length,
      other: otherEvents,
      duplicates: repeatedEvents + seenBefore.size,
      counted: usages.length - seenBefore.size,
    };
  });
  stopTimer();
  metrics.events.inc({ result: 'counted' }, applied.counted);
  metrics.events.inc({ result: 'not_usage' }, applied.other);
  metrics.events.inc({ result: 'duplicate' }, applied.duplicates);
  metrics.events.inc({ result: 'quarantined' }, applied.poison);
  return { nextOffset: applied.nextOffset, poison: applied.poison };
}
