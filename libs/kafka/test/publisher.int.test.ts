import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import {
  connectKafka,
  PublisherClosedError,
  PublisherFullError,
  PublishTimeoutError,
  startPublisher,
} from '../src/index.ts';
import { afterLast, kafkaRig, texts } from './rig.ts';

const log = pino({ level: 'silent' });
const patience = { timeout: 60_000 };

/** Nobody listens there. */
const deadKafka = () => connectKafka({ brokers: ['127.0.0.1:1'], clientId: 'test', tls: null }, log);

test('what is published and what is enqueued arrives once each, on every partition', async () => {
  await using resources = new AsyncDisposableStack();
  const { topic, publisher, consume } = await kafkaRig(resources);
  const arrived: string[] = [];
  const partitions = new Set<number>();
  await consume({
    handle: async (batch) => {
      arrived.push(...texts(batch));
      partitions.add(batch.partition);
      return afterLast(batch);
    },
  });
  const expected: string[] = [];
  // The partition changes with time, so it takes seconds to see them all.
  for (let round = 0; round < 20 || partitions.size < 3; round += 1) {
    const published = Array.from({ length: 10 }, (_, index) => `published ${round}.${index}`);
    await Promise.all(published.map((value) => publisher.publish(topic, value)));
    publisher.enqueue(topic, `enqueued ${round}`);
    expected.push(...published, `enqueued ${round}`);
  }
  await expect.poll(() => arrived.length, patience).toBe(expected.length);
  expect(arrived.toSorted()).toEqual(expected.toSorted());
  expect(partitions).toEqual(new Set([0, 1, 2]));
  expect(publisher.isHealthy()).toBe(true);
});

test('one turn’s publishes leave in one send, and an enqueued event rides with them', async () => {
  await using resources = new AsyncDisposableStack();
  const { topic, publisher, registry } = await kafkaRig(resources);
  await publisher.publish(topic, 'first');
  publisher.enqueue(topic, 'rider');
  await Promise.all(['a', 'b', 'c'].map((value) => publisher.publish(topic, value)));
  const metric = await registry.getSingleMetricAsString('ssp_kafka_publish_batch_events');
  expect(metric).toContain('ssp_kafka_publish_batch_events_count 2');
  expect(metric).toContain('ssp_kafka_publish_batch_events_sum 5');
});

test('an enqueued event leaves by itself', async () => {
  await using resources = new AsyncDisposableStack();
  const { topic, publisher, consume } = await kafkaRig(resources);
  const arrived: string[] = [];
  await consume({
    handle: async (batch) => {
      arrived.push(...texts(batch));
      return afterLast(batch);
    },
  });
  publisher.enqueue(topic, 'alone');
  await expect.poll(() => arrived, patience).toEqual(['alone']);
});

test('what is queued is sent before the publisher closes', async () => {
  await using resources = new AsyncDisposableStack();
  const { kafka, topic, consume } = await kafkaRig(resources);
  {
    await using scope = new AsyncDisposableStack();
    const publisher = startPublisher(kafka, { lingerMs: 60_000 }, log, new Registry(), scope);
    for (let index = 0; index < 1_200; index += 1) publisher.enqueue(topic, String(index));
  }
  let arrived = 0;
  await consume({
    handle: async (batch) => {
      arrived += batch.records.length;
      return afterLast(batch);
    },
  });
  await expect.poll(() => arrived, patience).toBe(1_200);
});

test('without Kafka, a publisher is told in time, and what was enqueued is handed back at the end', async () => {
  const unsent: unknown[] = [];
  {
    await using resources = new AsyncDisposableStack();
    const publisher = startPublisher(
      deadKafka(),
      { publishTimeoutMs: 50, flushTimeoutMs: 100, keepUnsent: (events) => unsent.push(...events) },
      log,
      new Registry(),
      resources,
    );
    publisher.enqueue('t', 'kept');
    await expect(publisher.publish('t', 'late')).rejects.toThrow(PublishTimeoutError);
    expect(publisher.isHealthy()).toBe(false);
  }
  expect(unsent).toEqual([{ topic: 't', value: 'kept' }]);
});

test('a publish that closing cuts short is rejected', async () => {
  const resources = new AsyncDisposableStack();
  const publisher = startPublisher(deadKafka(), { flushTimeoutMs: 50 }, log, new Registry(), resources);
  const [outcome] = await Promise.allSettled([publisher.publish('t', 'cut short'), resources.disposeAsync()]);
  expect(outcome).toMatchObject({ reason: { name: 'PublisherClosedError' } });
  await expect(publisher.publish('t', 'too late')).rejects.toThrow(PublisherClosedError);
});

test('beyond its bound the queue takes no event and says so', async () => {
  await using resources = new AsyncDisposableStack();
  const registry = new Registry();
  const settings = { maxQueuedEvents: 2, flushTimeoutMs: 50 };
  const publisher = startPublisher(deadKafka(), settings, log, registry, resources);
  publisher.enqueue('t', 'a');
  publisher.enqueue('t', 'b');
  expect(() => publisher.enqueue('t', 'c')).toThrow(PublisherFullError);
  await expect(publisher.publish('t', 'd')).rejects.toThrow(PublisherFullError);
  expect(await registry.getSingleMetricAsString('ssp_kafka_publish_refused_events_total')).toContain(
    '{topic="t",reason="PublisherFullError"} 2',
  );
});
