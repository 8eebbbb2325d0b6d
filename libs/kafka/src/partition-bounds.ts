import { client, type KafkaConnection } from './connect-kafka.ts';

/** What a partition holds: from `first` on and below `end`. */
export type PartitionBounds = { readonly partition: number; readonly first: bigint; readonly end: bigint };

/** Gives a way to ask the brokers what the partitions of a topic hold; it rejects while they do not answer. Connects when first asked. */
export function boundsReader(
  kafka: KafkaConnection,
  resources: AsyncDisposableStack,
): (topic: string) => Promise<readonly PartitionBounds[]> {
  const admin = kafka[client].admin();
  resources.defer(() => admin.disconnect());
  let isConnected = false;
  return async (topic) => {
    if (!isConnected) await admin.connect();
    isConnected = true;
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.map(({ partition, low, high }) => ({ partition, first: BigInt(low), end: BigInt(high) }));
  };
}
