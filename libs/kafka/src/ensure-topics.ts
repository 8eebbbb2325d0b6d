import { client, type KafkaConnection } from './connect-kafka.ts';

export type TopicDefinition = {
  readonly topic: string;
  readonly partitions: number;
  /** How long the broker keeps records; its own default when left out. */
  readonly retentionHours?: number;
  /** The broker's default when left out. */
  readonly replicationFactor?: number;
};

/**
 * Makes the topics that are missing and adds partitions where too few are there.
 * Throws when a topic has more partitions than defined, for Kafka cannot take any away.
 */
export async function ensureTopics(
  kafka: KafkaConnection,
  definitions: readonly TopicDefinition[],
): Promise<void> {
  const admin = kafka[client].admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = definitions.filter(({ topic }) => !existing.has(topic));
    const present = definitions.filter(({ topic }) => existing.has(topic));
    if (missing.length > 0) {
      await admin.createTopics({
        topics: missing.map((definition) => topicConfig(definition)),
        waitForLeaders: true,
      });
    }
    if (present.length === 0) return;
    const { topics } = await admin.fetchTopicMetadata({ topics: present.map(({ topic }) => topic) });
    const counts = new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
    for (const { topic, partitions } of present) {
      const count = counts.get(topic) ?? 0;
      if (count > partitions) {
        throw new Error(`topic ${topic} has ${count} partitions, which cannot shrink to ${partitions}`);
      }
      if (count < partitions) {
        await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] });
      }
    }
  } finally {
    await admin.disconnect();
  }
}

function topicConfig({ topic, partitions, retentionHours, replicationFactor }: TopicDefinition) {
  return {
    topic,
    numPartitions: partitions,
    replicationFactor: replicationFactor ?? -1,
    configEntries:
      retentionHours === undefined
        ? []
        : [{ name: 'retention.ms', value: String(retentionHours * 3_600_000) }],
  };
}
