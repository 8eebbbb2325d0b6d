import { type SealUrl } from '@ssp/contracts';
import { type ReceivedBatch } from '@ssp/kafka';
import { type Pool } from 'pg';
import { type Logger } from 'pino';
import { idsIn } from './ids-in.ts';
import { findRefused, isDataRefused } from './find-refused.ts';
import { KeptMeanwhileError } from './numbers/kept-runs.ts';
import { repeatReason } from './read-records.ts';
import { type AuditMetrics } from './metrics.ts';
import { writeBatch, type WrittenBatch } from './write-batch.ts';

/** The consumer's handler: writes a batch, puts aside what cannot be written, and counts. */
export function keepEvents(pool: Pool, sealUrl: SealUrl | null, log: Logger, metrics: AuditMetrics) {
  return async (batch: ReceivedBatch): Promise<{ readonly nextOffset: bigint }> => {
    const [first] = batch.records;
    if (first)
      metrics.backlog.begins(batch, { offset: first.offset, atMs: first.timestampMs }, batch.highWatermark);
    const stopTimer = metrics.writeSeconds.startTimer();
    const result = await writeWithoutPoison(pool, batch, sealUrl);
    stopTimer();
    tellPutAside(batch, result, log, metrics);
    metrics.backlog.wrote(batch, result.nextOffset);
    observe(result, metrics);
    return { nextOffset: result.nextOffset };
  };
}

function tellPutAside(
  { topic, partition }: ReceivedBatch,
  { poisoned }: WrittenBatch,
  log: Logger,
  metrics: AuditMetrics,
): void {
  const others = poisoned.filter(({ reason }) => reason !== repeatReason);
  for (const { offset, value, reason } of others) {
    metrics.quarantined.inc({ topic });
    log.error(
      { topic, partition, offset: String(offset), reason, ...idsIn(value) },
      'a record was put in quarantine',
    );
  }
  const repeats = poisoned.length - others.length;
  if (repeats === 0) return;
  metrics.repeated.inc({ topic }, repeats);
  log.info({ topic, partition, repeats }, 'what is kept was told again');
}

const triesMax = 5;

async function writeWithoutPoison(
  pool: Pool,
  batch: ReceivedBatch,
  sealUrl: SealUrl | null,
  triesLeft = triesMax,
): Promise<WrittenBatch> {
  try {
    return await writeBatch(pool, batch, sealUrl);
  } catch (error) {
    // What the other writer has kept is seen now.
    if (error instanceof KeptMeanwhileError && triesLeft > 1)
      return writeWithoutPoison(pool, batch, sealUrl, triesLeft - 1);
    if (!isDataRefused(error)) throw error;
    const refused = await findRefused(pool, batch, sealUrl);
    if (refused.size === 0) throw error;
    return writeBatch(pool, batch, sealUrl, refused);
  }
}

function observe({ written: { byKind, newestAt } }: WrittenBatch, metrics: AuditMetrics): void {
  let events = 0;
  for (const [kind, count] of byKind) {
    metrics.written.inc({ kind }, count);
    events += count;
  }
  if (events > 0) metrics.batchEvents.observe(events);
  if (newestAt === null) return;
  const newestMs = Date.parse(newestAt);
  metrics.newest.set(newestMs / 1_000);
  metrics.delaySeconds.observe((Date.now() - newestMs) / 1_000);
}
