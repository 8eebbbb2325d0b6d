import { ExchangeCompleted } from '@ssp/contracts';
import { connectKafka, consume } from '@ssp/kafka';
import { openPool, ping } from '@ssp/postgres';
import { type Service } from '@ssp/service';
import { applyBatch } from './apply-batch.ts';
import { type AggregatorConfig } from './config.ts';
import { aggregatorMetrics } from './metrics.ts';
import { forgetExchanges } from './seen-exchanges.ts';

const hourMs = 3_600_000;

/** Counts usage from completed exchanges for as long as the service lives. */
export async function startBillingAggregator(config: AggregatorConfig, service: Service): Promise<void> {
  const { log, health, resources } = service;
  const metrics = aggregatorMetrics(service.metrics);
  const pool = openPool(config.postgres, log, resources);

  const forget = async () => {
    const before = new Date(Date.now() - config.duplicateWindowHours * hourMs);
    metrics.forgotten.inc(await forgetExchanges(pool, before));
  };
  const forgetting = setInterval(() => {
    forget().catch((error: unknown) => log.warn({ err: error }, 'old exchanges were not forgotten'));
  }, hourMs);
  resources.defer(() => clearInterval(forgetting));

  const consumer = await consume(
    connectKafka(config.kafka, log),
    {
      groupId: config.groupId,
      topics: [ExchangeCompleted.topic],
      handle: async (batch) => {
        const { nextOffset, quarantined } = await applyBatch(pool, batch, metrics);
        const { topic, partition } = batch;
        if (quarantined > 0) log.error({ topic, partition, quarantined }, 'records were quarantined');
        return { nextOffset };
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
