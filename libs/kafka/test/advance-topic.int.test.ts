import { expect, test } from 'vitest';
import { advanceTopic, boundsReader, TopicInUseError } from '../src/index.ts';
import { afterLast, kafkaRig, texts } from './rig.ts';

/** A topic with these records in its one partition. */
async function filledTopic(values: readonly string[], resources: AsyncDisposableStack) {
  const rig = await kafkaRig(resources, 1);
  for (const value of values) await rig.publisher.publish(rig.topic, value);
  const readBounds = boundsReader(rig.kafka, new AbortController().signal, resources);
  return {
    ...rig,
    /** `last` stood before `next` when that was read. */
    advance: (next: bigint, last = 'x') => {
      const known = {
        offset: next - 1n,
        isSame: async (value: Buffer | null) => value?.toString() === last,
      };
      return advanceTopic(rig.kafka, rig.topic, new Map([[0, { next, known }]]));
    },
    bounds: async () => (await readBounds(rig.topic))[0],
  };
}

type Filled = Awaited<ReturnType<typeof filledTopic>>;

/** All that a reader which keeps its own offset finds from there on, with the offsets. */
async function readOn({ consume, topic, bounds }: Filled, nextOffset: bigint) {
  await using scope = new AsyncDisposableStack();
  const found: string[] = [];
  let at = nextOffset;
  await consume(
    {
      readOffsets: async () => [{ topic, partition: 0, nextOffset }],
      handle: async (batch) => {
        found.push(...texts(batch).map((text, index) => `${batch.records[index]?.offset} ${text}`));
        at = afterLast(batch).nextOffset;
        return { nextOffset: at };
      },
    },
    scope,
  );
  const end = (await bounds())?.end;
  await expect.poll(() => at, { timeout: 60_000 }).toBe(end);
  return found;
}

test('a partition made anew goes on at the given offset, and keeps behind it what it already has', async () => {
  await using resources = new AsyncDisposableStack();
  const filled = await filledTopic(['a', 'b', 'c'], resources);
  expect(await filled.advance(30_005n)).toEqual([{ partition: 0, next: 30_005n, moved: 3 }]);
  expect(await filled.bounds()).toEqual({ partition: 0, first: 30_005n, end: 30_008n });
  await filled.publisher.publish(filled.topic, 'd');
  expect(await readOn(filled, 30_005n)).toEqual(['30005 a', '30006 b', '30007 c', '30008 d']);
});

test('a partition in which what was read still stands is left alone', async () => {
  await using resources = new AsyncDisposableStack();
  const filled = await filledTopic(['a', 'b', 'c'], resources);
  expect(await filled.advance(3n, 'c')).toEqual([]);
  expect(await filled.advance(2n, 'b')).toEqual([]);
  expect(await filled.bounds()).toEqual({ partition: 0, first: 0n, end: 3n });
});

test('a partition made anew is known by what it holds where it has as many records as were read', async () => {
  await using resources = new AsyncDisposableStack();
  const filled = await filledTopic(['a', 'b', 'c'], resources);
  expect(await filled.advance(2n, 'other')).toEqual([{ partition: 0, next: 2n, moved: 2 }]);
  expect(await readOn(filled, 2n)).toEqual(['2 c', '3 a', '4 b']);
  expect(await filled.advance(2n, 'other')).toEqual([]);
});

test('what was broken off is taken up again, and nothing gets lost', async () => {
  await using resources = new AsyncDisposableStack();
  // As when it ended between filling and moving.
  const filled = await filledTopic(['a', 'ssp-filler', 'ssp-filler'], resources);
  expect(await filled.advance(3n)).toEqual([{ partition: 0, next: 3n, moved: 1 }]);
  expect(await readOn(filled, 3n)).toEqual(['3 a']);
  expect(await filled.advance(3n)).toEqual([]);
});

test('while somebody reads the topic nothing is done, and it is said who', async () => {
  await using resources = new AsyncDisposableStack();
  const filled = await filledTopic(['a'], resources);
  const joined = Promise.withResolvers<void>();
  await filled.consume({
    groupId: `reader-of-${filled.topic}`,
    handle: async (batch) => {
      joined.resolve();
      return afterLast(batch);
    },
  });
  await joined.promise;
  await expect(filled.advance(5n)).rejects.toThrow(TopicInUseError);
  await expect(filled.advance(5n)).rejects.toThrow(`reader-of-${filled.topic}`);
  expect(await filled.bounds()).toMatchObject({ first: 0n, end: 1n });
});
