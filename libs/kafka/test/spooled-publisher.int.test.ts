import { readdir } from 'node:fs/promises';
import { backingServices } from '@ssp/testing/vitest';
import { expect, test } from 'vitest';
import { NotKeptError, PublisherClosedError } from '../src/index.ts';
import { afterLast, kafkaRig, texts } from './rig.ts';
import { deadBrokers, metric, spoolingRig } from './spooling-rig.ts';

const patience = { timeout: 60_000 };
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `event ${index}`);

test('while Kafka acknowledges, no file is touched', async () => {
  await using resources = new AsyncDisposableStack();
  const { topic } = await kafkaRig(resources, 1);
  const { directory, start } = await spoolingRig(resources);
  const { publisher, registry } = await start(backingServices().kafka.brokers, resources, {
    patienceMs: 20_000,
  });
  for (let round = 0; round < 5; round += 1) {
    await Promise.all(numbered(20).map((value) => publisher.publish(topic, value)));
    publisher.enqueue(topic, 'completed');
  }
  expect(await readdir(directory)).toEqual(['owner']);
  expect(await metric(registry, 'ssp_spool_commit_seconds')).toBe(0);
  expect(await metric(registry, 'ssp_kafka_spills_total')).toBe(0);
  expect(publisher.isHealthy()).toBe(true);
});

test('without Kafka every event is on the disk, and the next process delivers them in order before its own', async () => {
  await using resources = new AsyncDisposableStack();
  const { topic, consume } = await kafkaRig(resources, 1);
  const { start } = await spoolingRig(resources);
  const first = numbered(1_200);
  {
    await using scope = new AsyncDisposableStack();
    const { publisher, spool, registry } = await start(deadBrokers, scope);
    publisher.enqueue(topic, first[0] ?? '');
    await Promise.all(first.slice(1, 600).map((value) => publisher.publish(topic, value)));
    expect(publisher.isSpooling()).toBe(true);
    expect(publisher.isHealthy()).toBe(false);
    // Nobody waits for the last ones.
    for (const value of first.slice(600)) publisher.enqueue(topic, value);
    await expect.poll(() => metric(registry, 'ssp_spool_appended_events_total')).toBe(1_200);
    expect(spool.size).toBe(1_200);
  }
  const { publisher, spool } = await start(backingServices().kafka.brokers, resources);
  expect(spool.size).toBe(1_200);
  await publisher.publish(topic, 'of the next process');
  const arrived: string[] = [];
  await consume({
    handle: async (batch) => {
      arrived.push(...texts(batch));
      return afterLast(batch);
    },
  });
  await expect.poll(() => arrived.length, patience).toBe(1_201);
  expect(arrived).toEqual([...first, 'of the next process']);
  await expect.poll(() => publisher.isSpooling()).toBe(false);
  expect(spool.size).toBe(0);
});

test('what is in memory when the publisher closes is on the disk when Kafka does not take it', async () => {
  await using resources = new AsyncDisposableStack();
  const { start } = await spoolingRig(resources);
  {
    await using scope = new AsyncDisposableStack();
    const { publisher } = await start(deadBrokers, scope, { patienceMs: 60_000, flushTimeoutMs: 50 });
    publisher.enqueue('t', 'kept');
    const waits = publisher.publish('t', 'kept too');
    await scope.disposeAsync();
    await waits;
    await expect(publisher.publish('t', 'too late')).rejects.toThrow(PublisherClosedError);
  }
  const { spool } = await start(deadBrokers, resources);
  expect(await spool.peek(10, 1_000)).toEqual(['t\nkept', 't\nkept too']);
});

test('a full spool refuses who waits, and holds as much in memory as it may', async () => {
  await using resources = new AsyncDisposableStack();
  const { start } = await spoolingRig(resources);
  const { publisher, spool, registry } = await start(deadBrokers, resources, {
    patienceMs: 10,
    maxBytes: 300,
    maxQueuedEvents: 2,
    flushTimeoutMs: 10,
  });
  const big = 'x'.repeat(180);
  await publisher.publish('t', big);
  for (let more = 0; more < 3; more += 1)
    await expect(publisher.publish('t', big)).rejects.toThrow(NotKeptError);
  expect(spool.size).toBe(1);
  await expect.poll(() => metric(registry, 'ssp_kafka_publish_lost_events_total')).toBe(1);
});
