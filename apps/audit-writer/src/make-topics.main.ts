import { topics } from '@ssp/contracts';
import { connectKafka, ensureTopics, kafkaEnvironment, toKafkaConfig } from '@ssp/kafka';
import { count, runJob } from '@ssp/service';
import { z } from 'zod';

await runJob({
  name: 'audit-make-topics',
  about: 'Makes the topics of the platform that are missing; those that are there keep their settings.',
  config: z
    .object({
      ...kafkaEnvironment,
      TOPICS_REPLICATION_FACTOR: count
        .optional()
        .describe('Copies of each partition of a topic that is made; the brokers’ default without it'),
      TOPICS_MIN_IN_SYNC_REPLICAS: count
        .optional()
        .describe(
          'Copies that must have an event before it counts as durable, of a topic that is made; the brokers’ default without it',
        ),
    })
    .transform((env) => ({
      kafka: toKafkaConfig(env, 'audit-make-topics'),
      copies: {
        ...(env.TOPICS_REPLICATION_FACTOR !== undefined && {
          replicationFactor: env.TOPICS_REPLICATION_FACTOR,
        }),
        ...(env.TOPICS_MIN_IN_SYNC_REPLICAS !== undefined && {
          minInSyncReplicas: env.TOPICS_MIN_IN_SYNC_REPLICAS,
        }),
      },
    })),
  run: async ({ kafka, copies }, { log }) => {
    await ensureTopics(
      connectKafka(kafka, log),
      topics.map((definition) => ({ ...definition, ...copies })),
    );
    log.info({ topics: topics.map(({ topic }) => topic) }, 'the topics are there');
  },
});
