import { type ReceivedBatch } from '@ssp/kafka';
import { type Logger } from 'pino';
import { type AppliedBatch } from './apply-batch.ts';
import { type AggregatorMetrics } from './metrics.ts';

const hourMs = 3_600_000;

/** Tells metrics and log what a batch came to. */
export function tellBatch(
  { topic, partition }: ReceivedBatch,
  { counted, others, duplicates, quarantined }: AppliedBatch,
  now: Date,
  metrics: AggregatorMetrics,
  log: Logger,
): void {
  metrics.events.inc({ result: 'counted' }, counted.length);
  metrics.events.inc({ result: 'other' }, others);
  metrics.events.inc({ result: 'duplicate' }, duplicates);
  metrics.events.inc({ result: 'quarantined' }, quarantined);
  const lateHour = new Date(now.getTime() - 2 * hourMs).toISOString();
  let late = 0;
  for (const { outcome, isBillable, hour } of counted) {
    metrics.exchanges.inc({ outcome, billable: String(isBillable) });
    // Its hour began two hours ago: it ended one hour ago at the least.
    if (hour <= lateHour) late += 1;
  }
  metrics.late.inc(late);
  if (quarantined > 0) log.error({ topic, partition, quarantined }, 'records were quarantined');
}
