import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type PublisherMetrics = ReturnType<typeof publisherMetrics>;

/** Everything the publisher counts. */
export function publisherMetrics(registry: Registry) {
  const registers = [registry];
  return {
    batchEvents: new Histogram({
      name: 'ssp_kafka_publish_batch_events',
      help: 'Events that left in one send',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
      registers,
    }),
    sendSeconds: new Histogram({
      name: 'ssp_kafka_publish_seconds',
      help: 'From a send to its durable acknowledgement, repeats included',
      buckets: [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2, 5, 10],
      registers,
    }),
    published: new Counter({
      name: 'ssp_kafka_published_events_total',
      help: 'Events acknowledged as durable',
      labelNames: ['topic'],
      registers,
    }),
    failures: new Counter({
      name: 'ssp_kafka_publish_failures_total',
      help: 'Sends that failed and were repeated',
      registers,
    }),
    producersReplaced: new Counter({
      name: 'ssp_kafka_producers_replaced_total',
      help: 'Producers given up because the brokers refuse their sequence; events of that send may be there twice',
      registers,
    }),
    timeouts: new Counter({
      name: 'ssp_kafka_publish_timeouts_total',
      help: 'Publishers told that their event is late; it still goes out',
      registers,
    }),
    refused: new Counter({
      name: 'ssp_kafka_publish_refused_events_total',
      help: 'Events not taken, by reason; the one who offered them was told',
      labelNames: ['topic', 'reason'],
      registers,
    }),
    unsent: new Counter({
      name: 'ssp_kafka_publish_unsent_events_total',
      help: 'Events that were taken and still waiting when the publisher had to close',
      registers,
    }),
    queued: new Gauge({
      name: 'ssp_kafka_publish_queued_events',
      help: 'Events waiting or under way',
      registers,
    }),
  };
}
