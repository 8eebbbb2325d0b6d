import { Counter, Gauge, type Registry } from 'prom-client';

/** Everything the consumer counts. */
export function consumerMetrics(registry: Registry) {
  const registers = [registry];
  const labelNames = ['topic', 'partition'] as const;
  return {
    records: new Counter({
      name: 'ssp_kafka_consumed_records_total',
      help: 'Records handed to the handler that were dealt with, repeats included',
      labelNames: ['topic'],
      registers,
    }),
    lag: new Gauge({
      name: 'ssp_kafka_consumer_lag_records',
      help: 'Records in the partition that are still to be dealt with, as of its last batch',
      labelNames,
      registers,
    }),
    handlerFailures: new Counter({
      name: 'ssp_kafka_handler_failures_total',
      help: 'Batches that the handler failed on and that are repeated',
      labelNames: ['topic'],
      registers,
    }),
    seeks: new Counter({
      name: 'ssp_kafka_consumer_seeks_total',
      help: 'Times the handler sent the consumer to another place of a partition',
      labelNames,
      registers,
    }),
    gone: new Counter({
      name: 'ssp_kafka_consumer_gone_records_total',
      help: 'Records that Kafka dropped before they were read',
      labelNames,
      registers,
    }),
  };
}
