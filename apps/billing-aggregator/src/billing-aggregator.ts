import { ExchangeCompleted } from '@ssp/contracts';
import { connectKafka, consume } from '@ssp/kafka';
import { openPool, ping } from '@ssp/postgres';
import { type Service } from '@ssp/service';
import { batchApplier } from './apply-batch.ts';
import { type AggregatorConfig } from './config.ts';
import { keepLedger } from './keep-ledger.ts';
import { aggregatorMetrics } from './metrics.ts';
import { tellBatch } from './tell-batch.ts';

/** Counts usage from completed exchanges for as long as the service lives. */
export async function startBillingAggregator(config: AggregatorConfig, service: Service): Promise<void> {
  const { log, health, resources } = service;
  const metrics = aggregatorMetrics(service.metrics);
  const pool = openPool(config.postgres, log, resources);
  await keepLedger(pool, config.ledgerMonths, metrics, log, resources);
  const apply = batchApplier(pool);

  const consumer = await consume(
    connectKafka(config.kafka, log),
    {
      groupId: config.groupId,
      topics: [ExchangeCompleted.topic],
      // While Postgres stores one batch, the next one is read.
      concurrency: 3,
      handle: async (batch) => {
        const stopTimer = metrics.batchSeconds.startTimer();
        const applied = await apply(batch);
        stopTimer();
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
  health.addCheck('kafka', () => {
    if (!consumer.isReady()) throw new Error('the consumer group is not joined');
  });
}
