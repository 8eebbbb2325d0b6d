import { client, type KafkaConnection } from './connect-kafka.ts';
import { unlessAborted } from './unless-aborted.ts';

/** What a partition holds: from `first` on and below `end`. */
export type PartitionBounds = { readonly partition: number; readonly first: bigint; readonly end: bigint };

/**
 * Gives a way to ask the brokers what the partitions of a topic hold; it rejects while they do not answer, and at once when `released`, so that a
 * broker that hangs holds nobody's end up. Connects when first asked.
 */
export function boundsReader(
  kafka: KafkaConnection,
  released: AbortSignal,
  resources: AsyncDisposableStack,
): (topic: string) => Promise<readonly PartitionBounds[]> {
  const admin = kafka[client].admin();
  resources.defer(() => admin.disconnect());
  let isConnected = false;
  const read = async (topic: string) => {
    if (!isConnected) await admin.connect();
    isConnected = true;
    return admin.fetchTopicOffsets(topic);
  };
  return async (topic) => {
    const offsets = await unlessAborted(read(topic), released);
    return offsets.map(({ partition, low, high }) => ({ partition, first: BigInt(low), end: BigInt(high) }));
  };
}
