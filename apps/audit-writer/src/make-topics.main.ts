import { readFile } from 'node:fs/promises';
import { topics } from '@ssp/contracts';
import {
  connectKafka,
  ensureAccess,
  ensureTopics,
  KafkaAccess,
  kafkaEnvironment,
  toKafkaConfig,
} from '@ssp/kafka';
import { count, filePath, runJob } from '@ssp/service';
import { z } from 'zod';

await runJob({
  name: 'audit-make-topics',
  about:
    'Makes the topics of the platform that are missing; those that are there keep their settings. Grants each service its part of them.',
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
      KAFKA_ACCESS_FILE: filePath
        .optional()
        .describe(
          'What each service is granted by brokers that ask who comes, JSON (infra/kafka/access.json); nothing is granted without it',
        ),
    })
    .transform((env) => ({
      accessFile: env.KAFKA_ACCESS_FILE,
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
  run: async ({ kafka, copies, accessFile }, { log }) => {
    const connection = connectKafka(kafka, log);
    await ensureTopics(
      connection,
      topics.map((definition) => ({ ...definition, ...copies })),
    );
    log.info({ topics: topics.map(({ topic }) => topic) }, 'the topics are there');
    if (accessFile === undefined) return;
    const access = KafkaAccess.parse(JSON.parse(await readFile(accessFile, 'utf8')));
    log.info(await ensureAccess(connection, access), 'the services have their grants');
  },
});
