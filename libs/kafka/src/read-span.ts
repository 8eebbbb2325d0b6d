import { randomUUID } from 'node:crypto';
import { type KafkaMessage } from 'kafkajs';
import { client, type KafkaConnection } from './connect-kafka.ts';

/** A stretch of a partition that is there: from `first` on and below `end`. */
export type Span = {
  readonly topic: string;
  readonly partition: number;
  readonly first: bigint;
  readonly end: bigint;
};

/**
 * Hands over the records of a stretch in their order, some at a time, and waits for `take` between. Who else reads the topic does not notice,
 * and no offset is left behind. @throws what `take` does, or what the client could not mend
 */
export async function readSpan(
  kafka: KafkaConnection,
  { topic, partition, first, end }: Span,
  take: (records: readonly KafkaMessage[]) => Promise<void>,
): Promise<void> {
  if (first >= end) return;
  const consumer = kafka[client].consumer({ groupId: `span-${randomUUID()}` });
  const read = Promise.withResolvers<void>();
  await consumer.connect();
  try {
    // A coordinator that still starts, as in a Kafka made anew, is asked again by the client.
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) read.reject(payload.error);
    });
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      const others = (payload.memberAssignment[topic] ?? []).filter((it) => it !== partition);
      consumer.pause([{ topic, partitions: others }]);
      consumer.seek({ topic, partition, offset: String(first) });
    });
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        if (batch.partition !== partition) return;
        try {
          const wanted = batch.messages.filter(
            ({ offset }) => BigInt(offset) >= first && BigInt(offset) < end,
          );
          if (wanted.length > 0) await take(wanted);
          if (BigInt(batch.lastOffset()) >= end - 1n) read.resolve();
        } catch (error) {
          read.reject(error);
        }
      },
    });
    await read.promise;
  } finally {
    await consumer.disconnect();
  }
}
