import { setTimeout as delay } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';
import { client, type KafkaConnection } from './connect-kafka.ts';

const LED_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 100;
const notYet = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);

export type TopicDefinition = {
  readonly topic: string;
  readonly partitions: number;
  /** How long the broker keeps records; its own default when left out. */
  readonly retentionHours?: number;
  /** The broker's default when left out. */
  readonly replicationFactor?: number;
  /** How many copies must have a record before it is acknowledged to who asks for all of them; the broker's default when left out. */
  readonly minInSyncReplicas?: number;
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
        waitForLeaders: false,
      });
      await untilLed(
        admin,
        missing.map(({ topic }) => topic),
      );
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

/** Of several brokers some hear later than others of a topic that was made; the client's own wait ends at the first that has not. */
async function untilLed(admin: Admin, topics: string[]): Promise<void> {
  for (const deadlineMs = performance.now() + LED_WITHIN_MS; ; await delay(LOOK_AGAIN_MS)) {
    try {
      const metadata = await admin.fetchTopicMetadata({ topics });
      const partitions = metadata.topics.flatMap((topic) => topic.partitions);
      if (partitions.every(({ leader }) => leader >= 0)) return;
    } catch (error) {
      const isNews = error instanceof kafkajs.KafkaJSProtocolError && notYet.has(error.type);
      if (!isNews || performance.now() > deadlineMs) throw error;
    }
    if (performance.now() > deadlineMs) throw new Error(`nobody leads all of ${topics.join(', ')}`);
  }
}

function topicConfig(definition: TopicDefinition) {
  const { topic, partitions, retentionHours, replicationFactor, minInSyncReplicas } = definition;
  return {
    topic,
    numPartitions: partitions,
    replicationFactor: replicationFactor ?? -1,
    configEntries: [
      ...(retentionHours === undefined
        ? []
        : [{ name: 'retention.ms', value: String(retentionHours * 3_600_000) }]),
      ...(minInSyncReplicas === undefined
        ? []
        : [{ name: 'min.insync.replicas', value: String(minInSyncReplicas) }]),
    ],
  };
}
