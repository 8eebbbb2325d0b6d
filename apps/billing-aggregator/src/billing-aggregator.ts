import { ExchangeCompleted } from '@ssp/contracts';
import { connectKafka, consume, watchBacklog } from '@ssp/kafka';
import { openPool, ping, readOffsets, requireRole, requireSchema } from '@ssp/postgres';
import { type Service } from '@ssp/service';
import { batchApplier } from './apply-batch.ts';
import { billingSchema } from './billing-schema.ts';
import { type AggregatorConfig } from './config.ts';
import { keepLedger } from './keep-ledger.ts';
import { aggregatorMetrics } from './metrics.ts';
import { tellBatch } from './tell-batch.ts';

const toldFromSeconds = 60;

/** Counts usage from completed exchanges for as long as the service lives. */
export async function startBillingAggregator(config: AggregatorConfig, service: Service): Promise<void> {
  const { log, health, resources } = service;
  const metrics = aggregatorMetrics(service.metrics);
  const pool = openPool(config.postgres, log, resources, { metrics: service.metrics });
  await requireRole(pool, config.postgres);
  await requireSchema(pool, billingSchema, health);
  await keepLedger(pool, config.ledgerMonths, metrics, log, resources);
  const apply = batchApplier(pool);

  const kafka = connectKafka(config.kafka, log);
  const topics = [ExchangeCompleted.topic];
  const { backlog } = metrics;
  const offsets = () => readOffsets(pool, 'billing');
  watchBacklog(kafka, { topics, readOffsets: offsets }, backlog, log, resources);

  const consumer = await consume(
    kafka,
    {
      groupId: config.groupId,
      topics,
      readOffsets: offsets,
      // While Postgres stores one batch, the next one is read.
      concurrency: 3,
      handle: async (batch) => {
        const [first] = batch.records;
        if (first)
          backlog.begins(batch, { offset: first.offset, atMs: first.timestampMs }, batch.highWatermark);
        const stopTimer = metrics.batchSeconds.startTimer();
        const applied = await apply(batch);
        stopTimer();
        backlog.wrote(batch, applied.nextOffset);
        tellBatch(batch, applied, new Date(), metrics, log);
        return { nextOffset: applied.nextOffset };
      },
    },
    log,
    service.metrics,
    resources,
  );
  consumer.failed.catch(service.fail);

  health.addCheck('postgres', () => ping(pool));
  health.addCheck('kafka', () => consumer.checkReady());
  // No reason to turn anybody away: what waits is counted in its own hour.
  health.addCheck('backlog', () => {
    const seconds = Math.round(backlog.oldestMs(Date.now()) / 1_000);
    return seconds < toldFromSeconds ? undefined : { but: `the oldest event has waited for ${seconds} s` };
  });
}
