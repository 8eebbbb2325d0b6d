import { topics } from '@ssp/contracts';
import { connectKafka, ensureTopics, kafkaEnvironment, toKafkaConfig } from '@ssp/kafka';
import { runJob } from '@ssp/service';
import { z } from 'zod';

await runJob({
  name: 'topics',
  about: 'Makes the topics of the platform that are missing, and partitions where there are too few.',
  config: z.object(kafkaEnvironment).transform((env) => toKafkaConfig(env, 'topics')),
  async run(config, { log }) {
    await ensureTopics(connectKafka(config, log), topics);
    log.info({ topics: topics.map(({ topic }) => topic) }, 'the topics are there');
  },
});
