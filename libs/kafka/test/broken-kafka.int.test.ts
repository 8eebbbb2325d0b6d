import { randomUUID } from 'node:crypto';
import { startOwnKafka } from '@ssp/testing';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { consume, ensureTopics } from '../src/index.ts';
import { afterLast, texts } from './rig.ts';
import { connectTo, metric, type SpoolingRig, spoolingRig } from './spooling-rig.ts';

const topic = 'events';
const patience = { timeout: 60_000, interval: 100 };

/** Publishes one event after the other, each as soon as the one before is durable, until it is told to end. */
function publishOn({ publisher }: SpoolingRig) {
  const durable: string[] = [];
  const over = new AbortController();
  const publishing = (async () => {
    while (!over.signal.aborted) {
      const value = `event ${durable.length}`;
      await publisher.publish(topic, value);
      durable.push(value);
    }
  })();
  return {
    durable,
    end: async () => {
      over.abort();
      await publishing;
    },
  };
}

test(
  'a Kafka that is paused, then killed and started again has every event once and in order',
  { timeout: 150_000 },
  async () => {
    await using resources = new AsyncDisposableStack();
    const { brokers, program } = await startOwnKafka(resources);
    await ensureTopics(connectTo(brokers), [{ topic, partitions: 1 }]);
    const { start } = await spoolingRig(resources);
    const rig = await start(brokers, resources, { patienceMs: 500, diskTimeoutMs: 30_000 });
    const { publisher, spool, registry } = rig;
    const { durable, end } = publishOn(rig);
    await expect.poll(() => durable.length, patience).toBeGreaterThan(20);

    program.signal('SIGSTOP');
    await expect.poll(() => publisher.isSpooling(), patience).toBe(true);
    const whenPaused = durable.length;
    await expect.poll(() => durable.length, patience).toBeGreaterThan(whenPaused + 600);
    expect(spool.size).toBeGreaterThan(600);
    program.signal('SIGCONT');
    await expect.poll(() => publisher.isSpooling(), patience).toBe(false);

    await program.kill();
    await expect.poll(() => publisher.isSpooling(), patience).toBe(true);
    const whenKilled = durable.length;
    await expect.poll(() => durable.length, patience).toBeGreaterThan(whenKilled + 600);
    await program.start();
    await expect.poll(() => publisher.isSpooling(), patience).toBe(false);
    await end();
    await expect.poll(() => spool.size, patience).toBe(0);
    expect(await metric(registry, 'ssp_kafka_publish_lost_events_total')).toBe(0);

    const arrived: string[] = [];
    await consume(
      connectTo(brokers),
      {
        groupId: randomUUID(),
        topics: [topic],
        handle: async (batch) => {
          arrived.push(...texts(batch));
          return afterLast(batch);
        },
      },
      pino({ level: 'silent' }),
      new Registry(),
      resources,
    );
    await expect.poll(() => arrived.length, patience).toBeGreaterThanOrEqual(durable.length);
    expect(arrived).toEqual(durable);
  },
);
