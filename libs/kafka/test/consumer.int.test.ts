import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { backingServices } from '@ssp/testing/vitest';
import { expect, test } from 'vitest';
import { boundsReader, ensureTopics, readFrom, type ReceivedBatch } from '../src/index.ts';
import { afterLast, kafkaRig, texts } from './rig.ts';

const patience = { timeout: 60_000 };
const byText = (one: string, other: string) => one.localeCompare(other);

test('a batch that the handler fails on comes again, and nothing is skipped', async () => {
  await using resources = new AsyncDisposableStack();
  const { topic, publisher, consume } = await kafkaRig(resources, 1);
  await Promise.all(['a', 'b', 'c'].map((value) => publisher.publish(topic, value)));
  const seen: string[][] = [];
  await consume({
    handle: async (batch) => {
      seen.push(texts(batch));
      if (seen.length < 3) throw new Error('not yet');
      return afterLast(batch);
    },
  });
  await expect.poll(() => seen.length, patience).toBe(3);
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[2]).toEqual(seen[0]);
});

test('the consumer goes where its handler sends it, back and to the very start', async () => {
  await using resources = new AsyncDisposableStack();
  const { topic, publisher, consume } = await kafkaRig(resources, 1);
  await Promise.all(['a', 'b', 'c'].map((value) => publisher.publish(topic, value)));
  const seen: string[][] = [];
  const answers = [0n, 1n];
  await consume({
    handle: async (batch) => {
      seen.push(texts(batch));
      const nextOffset = answers[seen.length - 1];
      return nextOffset === undefined ? afterLast(batch) : { nextOffset };
    },
  });
  await expect
    .poll(() => seen, patience)
    .toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]);
});

test.for([
  { books: 'say where', offsets: [{ partition: 0, nextOffset: 1n }], again: ['b', 'c'] },
  { books: 'do not know it', offsets: [], again: ['a', 'b', 'c'] },
])(
  'a partition without anything new is read as the books say, whatever Kafka has noted: they $books',
  async (told) => {
    await using resources = new AsyncDisposableStack();
    const { topic, publisher, consume } = await kafkaRig(resources, 1);
    await Promise.all(['a', 'b', 'c'].map((value) => publisher.publish(topic, value)));
    const groupId = randomUUID();
    const seen: string[] = [];
    const handle = async (batch: ReceivedBatch) => {
      seen.push(...texts(batch));
      return afterLast(batch);
    };
    {
      // Released behind its batch: Kafka has noted its end by then.
      await using before = new AsyncDisposableStack();
      await consume({ groupId, handle }, before);
      await expect.poll(() => seen, patience).toEqual(['a', 'b', 'c']);
    }
    const readOffsets = async () => told.offsets.map((offset) => ({ topic, ...offset }));
    await consume({ groupId, handle, readOffsets });
    await expect.poll(() => seen, patience).toEqual(['a', 'b', 'c', ...told.again]);
  },
);

test('while the books do not tell where to read on, nothing is read, and it is asked again until they do', async () => {
  await using resources = new AsyncDisposableStack();
  const { topic, publisher, consume } = await kafkaRig(resources, 1);
  await Promise.all(['a', 'b', 'c'].map((value) => publisher.publish(topic, value)));
  const groupId = randomUUID();
  const seen: string[] = [];
  const handle = async (batch: ReceivedBatch) => {
    seen.push(...texts(batch));
    return afterLast(batch);
  };
  {
    await using before = new AsyncDisposableStack();
    await consume({ groupId, handle }, before);
    await expect.poll(() => seen, patience).toEqual(['a', 'b', 'c']);
  }
  let areAway = true;
  let asked = 0;
  const readOffsets = async () => {
    asked += 1;
    if (areAway) throw new Error('the books are away');
    return [{ topic, partition: 0, nextOffset: 1n }];
  };
  const consumer = await consume({ groupId, handle, readOffsets });
  await expect.poll(() => asked, patience).toBeGreaterThan(0);
  expect(() => consumer.checkReady()).toThrow('where to read on is not known yet');
  // Behind what Kafka has noted: it would be read by whoever begins there.
  await publisher.publish(topic, 'd');
  const askedByThen = asked;
  await expect.poll(() => asked, patience).toBeGreaterThan(askedByThen + 3);
  expect(() => consumer.checkReady()).toThrow('where to read on is not known yet');
  areAway = false;
  await expect.poll(() => seen, patience).toEqual(['a', 'b', 'c', 'b', 'c', 'd']);
  expect(() => consumer.checkReady()).not.toThrow();
});

test('a consumer that waits for its books is released without them', async () => {
  await using resources = new AsyncDisposableStack();
  const { publisher, topic, consume } = await kafkaRig(resources, 1);
  await publisher.publish(topic, 'a');
  const groupId = randomUUID();
  const again = Promise.withResolvers<void>();
  let asked = 0;
  const told = Promise.withResolvers<[]>();
  const seen: string[] = [];
  const handle = async (batch: ReceivedBatch) => {
    seen.push(...texts(batch));
    return afterLast(batch);
  };
  {
    await using waiting = new AsyncDisposableStack();
    const readOffsets = async () => {
      asked += 1;
      if (asked === 1) throw new Error('the books are away');
      again.resolve();
      return told.promise;
    };
    const consumer = await consume({ groupId, handle, readOffsets }, waiting);
    await again.promise;
    expect(() => consumer.checkReady()).toThrow('where to read on is not known yet');
  }
  // Too late: neither gone to, nor a failure.
  told.resolve([]);
  await consume({ groupId, handle, readOffsets: async () => [] });
  await expect.poll(() => seen, patience).toEqual(['a']);
});

test('what books tell after the group was shared out anew is not gone to, and what another member gave back is read', async () => {
  await using resources = new AsyncDisposableStack();
  const { topic, kafka, publisher, consume } = await kafkaRig(resources, 2);
  const read = boundsReader(kafka, new AbortController().signal, resources);
  // So many that both partitions have some.
  const values = Array.from({ length: 60 }, (_, nth) => String(nth));
  for (const value of values) await publisher.publish(topic, value);
  const late = values.map((value) => `late ${value}`);
  const groupId = randomUUID();
  const seen: string[] = [];
  const handle = async (batch: ReceivedBatch) => {
    seen.push(...texts(batch));
    return afterLast(batch);
  };
  type Told = readonly { readonly topic: string; readonly partition: number; readonly nextOffset: bigint }[];
  const asks: PromiseWithResolvers<Told>[] = [];
  const readOffsets = () => {
    const ask = Promise.withResolvers<Told>();
    asks.push(ask);
    return ask.promise;
  };
  const waiting = await consume({ groupId, handle, readOffsets });
  await expect.poll(() => asks.length, patience).toBe(1);
  {
    await using other = new AsyncDisposableStack();
    const never = new Promise<Told>(() => undefined);
    await consume({ groupId, handle, readOffsets: () => never }, other);
    await expect.poll(() => asks.length, patience).toBe(2);
    // Of when both partitions were its own: past all that there is.
    const ends = await read(topic);
    asks[0]?.resolve(ends.map(({ partition, end }) => ({ topic, partition, nextOffset: end })));
    for (const value of late) await publisher.publish(topic, value);
    // Who reads them from the beginning has begun later than one that read on would have.
    const all: string[] = [];
    await consume({
      handle: async (batch) => {
        all.push(...texts(batch));
        return afterLast(batch);
      },
    });
    await expect.poll(() => all.length, patience).toBe(values.length + late.length);
    expect(seen).toEqual([]);
    expect(() => waiting.checkReady()).toThrow('where to read on is not known yet');
  }
  await expect.poll(() => asks.length, patience).toBe(3);
  asks[1]?.resolve([]);
  asks[2]?.resolve([]);
  await expect.poll(() => seen.toSorted(byText), patience).toEqual([...values, ...late].toSorted(byText));
  expect(() => waiting.checkReady()).not.toThrow();
});

test('as many partitions as are asked for are dealt with at once', async () => {
  await using resources = new AsyncDisposableStack();
  const { topic, consume } = await kafkaRig(resources, 2);
  const { brokers } = backingServices().kafka;
  const producer = new kafkajs.Kafka({
    brokers: [...brokers],
    logLevel: kafkajs.logLevel.NOTHING,
  }).producer();
  await producer.connect();
  await producer.send({ topic, messages: [0, 1].map((partition) => ({ partition, value: 'a' })) });
  await producer.disconnect();

  const begun = new Set<number>();
  const ended = new Set<number>();
  const bothBegun = Promise.withResolvers<void>();
  await consume({
    concurrency: 2,
    handle: async (batch) => {
      begun.add(batch.partition);
      if (begun.size === 2) bothBegun.resolve();
      await bothBegun.promise;
      ended.add(batch.partition);
      return afterLast(batch);
    },
  });
  // Lets a consumer that never begins the second end all the same.
  resources.defer(() => bothBegun.resolve());
  await expect.poll(() => ended, patience).toEqual(new Set([0, 1]));
});

test('records that Kafka dropped are not waited for', async () => {
  await using resources = new AsyncDisposableStack();
  const { topic, publisher, consume } = await kafkaRig(resources, 1);
  await Promise.all(['a', 'b', 'c'].map((value) => publisher.publish(topic, value)));
  const { brokers } = backingServices().kafka;
  const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  // Makes the client know the topic.
  await admin.fetchTopicOffsets(topic);
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] });
  await admin.disconnect();

  let stored = 0n;
  const applied: string[] = [];
  const batches: ReceivedBatch[] = [];
  await consume({
    handle: async (batch) => {
      batches.push(batch);
      const plan = readFrom(batch, stored);
      if (plan.kind === 'apply') {
        applied.push(...plan.records.map(({ value }) => value.toString()));
        stored = plan.nextOffset;
      }
      return plan;
    },
  });
  await expect.poll(() => applied, patience).toEqual(['c']);
  expect(batches.map(({ earlierAreGone }) => earlierAreGone)).toEqual([false, true]);
});

test('a consumer of a topic that is not there fails at once and says so', async () => {
  await using resources = new AsyncDisposableStack();
  const { consume } = await kafkaRig(resources);
  await expect(consume({ topics: ['nowhere'], handle: async (batch) => afterLast(batch) })).rejects.toThrow(
    'cannot subscribe to nowhere',
  );
});

test('topics are made once, grow, and never shrink', async () => {
  await using resources = new AsyncDisposableStack();
  const { kafka, topic } = await kafkaRig(resources, 2);
  await ensureTopics(kafka, [{ topic, partitions: 2, retentionHours: 1 }]);
  await ensureTopics(kafka, [{ topic, partitions: 4 }]);
  await expect(ensureTopics(kafka, [{ topic, partitions: 3 }])).rejects.toThrow('cannot shrink');
});

test('a topic that is made keeps its records as long, and acknowledges them as late, as it is said', async () => {
  await using resources = new AsyncDisposableStack();
  const topic = `test-${randomUUID()}`;
  const { kafka } = await kafkaRig(resources, 1);
  await ensureTopics(kafka, [{ topic, partitions: 1, retentionHours: 1, minInSyncReplicas: 2 }]);
  const admin = new kafkajs.Kafka({ brokers: [...backingServices().kafka.brokers] }).admin();
  await admin.connect();
  resources.defer(() => admin.disconnect());
  const { resources: described } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
  });
  const settings = described.flatMap(({ configEntries }) => configEntries);
  const valueOf = (name: string) => settings.find(({ configName }) => configName === name)?.configValue;
  expect(valueOf('retention.ms')).toBe('3600000');
  expect(valueOf('min.insync.replicas')).toBe('2');
});
