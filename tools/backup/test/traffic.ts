import { ExchangeCompleted } from '@ssp/contracts';
import { type KafkaConnection, type Publisher, startPublisher } from '@ssp/kafka';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { type EventRecord, exchangeRecords } from './exchange-records.ts';

const edges = 4;
// A busy Kafka may take its time.
const settings = { publishTimeoutMs: 60_000 };

const send = (publisher: Publisher, records: readonly EventRecord[]) =>
  Promise.all(records.map(({ topic, value }) => publisher.publish(topic, value)));

/** Publishes as several edges do, each numbering its own events; others than those of another name. */
export function startTraffic(kafka: KafkaConnection, resources: AsyncDisposableStack, name = 'host') {
  const senders = Array.from({ length: edges }, (_, edge) => ({
    source: `/ssp/edge/${name}-${edge}/1/00000000000000${edge}0`,
    publisher: startPublisher(kafka, settings, pino({ level: 'silent' }), new Registry(), resources),
    last: 0,
  }));
  return {
    /**
     * So many exchanges of each edge, and before them a record that is no event. Nothing comes twice: which of two copies in
     * two partitions is kept depends on which is read first, and so may come out otherwise.
     */
    publish: async (exchangesEach: number): Promise<void> => {
      for (const sender of senders) {
        await send(sender.publisher, [
          { topic: ExchangeCompleted.topic, value: `no event, after ${sender.last}` },
        ]);
        const records: EventRecord[] = [];
        for (let made = 0; made < exchangesEach; made += 1) {
          sender.last += 1;
          records.push(...exchangeRecords({ source: sender.source, sequence: sender.last }));
        }
        await send(sender.publisher, records);
      }
    },
    /** How many exchanges were told of, each counted once. */
    exchanges: () => senders.reduce((sum, { last }) => sum + last, 0),
  };
}
