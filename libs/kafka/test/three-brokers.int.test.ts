import { randomUUID } from 'node:crypto';
import kafkajs, { type Admin } from 'kafkajs';
import { type KafkaNode, startOwnKafkaCluster } from '@ssp/testing';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { consume, ensureTopics } from '../src/index.ts';
import { afterLast, texts } from './rig.ts';
import { connectTo, metric, type SpoolingRig, spoolingRig } from './spooling-rig.ts';

const topics = ['received', 'completed'] as const;
const partitions = 3;
const patience = { timeout: 180_000, interval: 100 };
/** The bounds that an edge has unless told otherwise, but for the disk, which may take its time on a busy machine. */
const edgeLimits = { patienceMs: 250, diskTimeoutMs: 60_000, maxQueuedEvents: 20_000 };
const pauseMs = 30_000;

/** Tells of one exchange after the other, as an edge does: its beginning is waited for, its end is not. */
function publishOn(source: string, { publisher }: SpoolingRig) {
  let told = 0;
  const over = new AbortController();
  const publishing = (async () => {
    for (; !over.signal.aborted; told += 1) {
      await publisher.publish('received', `${source} ${told}`);
      publisher.enqueue('completed', `${source} ${told}`);
      // So that events spread over many sends; the exact pace does not matter.
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })();
  return {
    source,
    told: () => told,
    end: async () => {
      over.abort();
      await publishing;
    },
  };
}

/** Every event that the sources have told of, as `topic source number`. */
function eventsOf(sources: readonly { readonly source: string; readonly told: () => number }[]): Set<string> {
  const events = new Set<string>();
  for (const { source, told } of sources)
    for (const topic of topics)
      for (let number = 0; number < told(); number += 1) events.add(`${topic} ${source} ${number}`);
  return events;
}

/** What arrived of each source, by the partitions it arrived on, and what is missing of `expected`. */
async function readAll(
  brokers: readonly string[],
  resources: AsyncDisposableStack,
  expected: ReadonlySet<string>,
) {
  const arrived = new Map<string, number[]>();
  const rest = new Set(expected);
  await consume(
    connectTo(brokers),
    {
      groupId: randomUUID(),
      topics: [...topics],
      handle: async (batch) => {
        for (const text of texts(batch)) {
          const [source, number] = text.split(' ');
          const place = `${batch.topic}/${batch.partition} ${source}`;
          const numbers = arrived.get(place) ?? [];
          arrived.set(place, numbers);
          numbers.push(Number(number));
          rest.delete(`${batch.topic} ${text}`);
        }
        return afterLast(batch);
      },
    },
    pino({ level: 'silent' }),
    new Registry(),
    resources,
  );
  return { arrived, missing: () => [...rest] };
}

/** What every partition says of its leader and of the replicas that have all of it. */
async function partitionsOf(admin: Admin) {
  const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
  return metadata.topics.flatMap((topic) => topic.partitions);
}

test(
  'three brokers, of which one is killed, one paused and then all paused for 30 s, have every event, in order',
  { timeout: 600_000 },
  async () => {
    await using resources = new AsyncDisposableStack();
    const nodes = await startOwnKafkaCluster(resources);
    const brokers = nodes.map(({ broker }) => broker);
    await ensureTopics(
      connectTo(brokers),
      topics.map((topic) => ({ topic, partitions, replicationFactor: 3 })),
    );
    const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
    resources.defer(() => admin.disconnect());
    const leads = async (): Promise<KafkaNode> => {
      const [partition] = await partitionsOf(admin);
      const leader = nodes.find(({ id }) => id === partition?.leader);
      if (leader === undefined) throw new Error('nobody leads');
      return leader;
    };
    /** How many replicas the worst-off partition has in sync. */
    const inSync = async () =>
      Math.min(...(await partitionsOf(admin).catch(() => [])).map(({ isr }) => isr.length));

    const rigs = await Promise.all(
      ['a', 'b'].map(async (source) => {
        const { start } = await spoolingRig(resources);
        return { source, rig: await start(brokers, resources, { ...edgeLimits, maxBytes: 100_000_000 }) };
      }),
    );
    const sources = rigs.map(({ source, rig }) => publishOn(source, rig));
    const told = () => sources.map((source) => source.told());
    const spooling = () => rigs.map(({ rig }) => rig.publisher.isSpooling());
    /** Goes on once each source has told so many more. */
    const goneOn = async (more: number) => {
      const before = told();
      const least = () => Math.min(...told().map((now, nth) => now - (before[nth] ?? 0)));
      await expect.poll(least, patience).toBeGreaterThan(more);
    };
    const calm = () => expect.poll(spooling, patience).toEqual([false, false]);
    await goneOn(300);

    const killed = await leads();
    await killed.program.kill();
    await goneOn(600);
    await expect.poll(async () => (await leads()).id, patience).not.toBe(killed.id);
    await calm();
    await killed.program.start();
    await expect.poll(inSync, patience).toBe(3);
    await goneOn(300);

    const paused = await leads();
    paused.program.signal('SIGSTOP');
    await goneOn(600);
    await expect.poll(async () => (await leads()).id, patience).not.toBe(paused.id);
    await calm();
    paused.program.signal('SIGCONT');
    await expect.poll(inSync, patience).toBe(3);
    await goneOn(300);

    const pausedAtMs = performance.now();
    for (const { program } of nodes) program.signal('SIGSTOP');
    await expect.poll(spooling, patience).toEqual([true, true]);
    await expect.poll(() => performance.now() - pausedAtMs, patience).toBeGreaterThan(pauseMs);
    await goneOn(300);
    for (const { program } of nodes) program.signal('SIGCONT');
    await calm();
    await goneOn(300);

    await Promise.all(sources.map((source) => source.end()));
    await expect.poll(() => rigs.map(({ rig }) => rig.spool.size), patience).toEqual([0, 0]);
    const total = told().reduce((sum, one) => sum + one, 0) * topics.length;
    const { arrived, missing } = await readAll(brokers, resources, eventsOf(sources));
    await expect.poll(() => missing().slice(0, 20), patience).toEqual([]);
    for (const [place, numbers] of arrived) {
      const first = [...new Set(numbers)];
      expect({ place, first }).toEqual({ place, first: first.toSorted((one, other) => one - other) });
    }
    const counts: string[] = [];
    for (const [nth, { source, rig }] of rigs.entries()) {
      const { registry } = rig;
      expect(await metric(registry, 'ssp_kafka_publish_lost_events_total')).toBe(0);
      const repeats = topics.map((topic) => {
        const numbers = arrived
          .entries()
          .filter(([place]) => place.startsWith(`${topic}/`) && place.endsWith(` ${source}`))
          .flatMap(([, these]) => these)
          .toArray();
        expect(new Set(numbers).size).toBe(told()[nth]);
        return numbers.length - (told()[nth] ?? 0);
      });
      const failures = await metric(registry, 'ssp_kafka_publish_failures_total');
      // Only a producer that the brokers refused repeats under new numbers; whoever reads knows such repeats by the events' own.
      const replaced = await metric(registry, 'ssp_kafka_producers_replaced_total');
      expect(replaced === 0 ? repeats : [0, 0]).toEqual([0, 0]);
      counts.push(`of ${source} ${repeats.join(' and ')} came again, after ${failures} sends that failed`);
    }
    process.stderr.write(`three brokers: ${total} events, each there; ${counts.join(', ')}\n`);
  },
);
