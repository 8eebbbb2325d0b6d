import { Counter, Gauge, type Registry } from 'prom-client';

export type SpoolingMetrics = ReturnType<typeof spoolingMetrics>;

/** What a publisher with a spool counts beside the others. */
export function spoolingMetrics(registry: Registry) {
  const registers = [registry];
  return {
    spooling: new Gauge({
      name: 'ssp_kafka_spooling',
      help: 'One while events go to the spool, because Kafka does not acknowledge or the spool is being emptied',
      registers,
    }),
    spills: new Counter({
      name: 'ssp_kafka_spills_total',
      help: 'Times Kafka did not acknowledge soon enough, so that the spool took over',
      registers,
    }),
    lost: new Counter({
      name: 'ssp_kafka_publish_lost_events_total',
      help: 'Events that neither Kafka, nor the disk, nor the memory took; anything above zero needs a person',
      labelNames: ['topic'] as const,
      registers,
    }),
  };
}
