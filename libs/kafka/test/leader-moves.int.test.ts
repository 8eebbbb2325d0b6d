import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { startOwnKafkaCluster } from '@ssp/testing';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { consume, startPublisher } from '../src/index.ts';
import { afterLast, texts } from './rig.ts';
import { connectTo } from './spooling-rig.ts';

const log = pino({ level: 'silent' });
const patience = { timeout: 60_000, interval: 100 };

test('what a hanging broker led arrives once, though who leads now has acknowledged another part of the same send', async () => {
  await using resources = new AsyncDisposableStack();
  const nodes = await startOwnKafkaCluster(resources);
  const brokers = nodes.map(({ broker }) => broker);
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  resources.defer(() => admin.disconnect());
  // The first of its replicas that is in sync leads a partition.
  const replicas = { received: [1, 2, 3], completed: [2, 1, 3] };
  await admin.createTopics({
    topics: Object.entries(replicas).map(([topic, ids]) => ({
      topic,
      replicaAssignment: [{ partition: 0, replicas: ids }],
    })),
    waitForLeaders: true,
  });
  const kafka = connectTo(brokers);
  const publisher = startPublisher(kafka, { publishTimeoutMs: 120_000 }, log, new Registry(), resources);
  const tell = (text: string) =>
    Promise.all([publisher.publish('received', text), publisher.publish('completed', text)]);
  await tell('before');
  const { topics: led } = await admin.fetchTopicMetadata({ topics: ['completed'] });
  expect(led[0]?.partitions[0]?.leader).toBe(2);
  // Its connection stays, so that the other broker is sent its part of what this one gets.
  const hanging = nodes.find(({ id }) => id === 2)?.program;
  hanging?.signal('SIGSTOP');
  await tell('while nobody leads');
  await tell('after');
  hanging?.signal('SIGCONT');

  const arrived: string[] = [];
  await consume(
    kafka,
    {
      groupId: randomUUID(),
      topics: Object.keys(replicas),
      handle: async (batch) => {
        arrived.push(...texts(batch).map((text) => `${batch.topic} ${text}`));
        return afterLast(batch);
      },
    },
    log,
    new Registry(),
    resources,
  );
  const told = ['before', 'while nobody leads', 'after'];
  const all = Object.keys(replicas).flatMap((topic) => told.map((text) => `${topic} ${text}`));
  await expect.poll(() => arrived.toSorted(), patience).toEqual(all.toSorted());
});
