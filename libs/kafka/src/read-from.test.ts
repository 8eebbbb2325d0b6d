import { expect, test } from 'vitest';
import { readFrom, TopicReplacedError } from './read-from.ts';

function batchOf(
  offsets: readonly number[],
  rest: { earlierAreGone?: boolean; highWatermark?: number } = {},
) {
  return {
    topic: 't',
    partition: 0,
    records: offsets.map((offset) => ({
      offset: BigInt(offset),
      value: Buffer.from(String(offset)),
      timestampMs: 0,
    })),
    highWatermark: BigInt(rest.highWatermark ?? 100),
    earlierAreGone: rest.earlierAreGone ?? false,
  };
}

test.for([
  { batch: 'that follows', offsets: [5, 6, 7], stored: 5, applied: [5, 6, 7], next: 8 },
  { batch: 'that begins before', offsets: [3, 4, 5, 6], stored: 5, applied: [5, 6], next: 7 },
])('a batch $batch the stored offset is applied from there', ({ offsets, stored, applied, next }) => {
  expect(readFrom(batchOf(offsets), BigInt(stored))).toMatchObject({
    kind: 'apply',
    records: applied.map((offset) => ({ offset: BigInt(offset) })),
    nextOffset: BigInt(next),
  });
});

test.for([
  { batch: 'that begins beyond the stored offset', offsets: [7, 8] },
  { batch: 'that ends before it', offsets: [1, 2] },
])('a batch $batch sends the consumer to it', ({ offsets }) => {
  expect(readFrom(batchOf(offsets), 5n)).toEqual({ kind: 'seek', nextOffset: 5n });
});

test('a batch beyond the stored offset is applied when Kafka has nothing between', () => {
  expect(readFrom(batchOf([7, 8], { earlierAreGone: true }), 5n)).toMatchObject({
    kind: 'apply',
    nextOffset: 9n,
  });
});

test('a topic that ends before the stored offset is another topic, not one read already', () => {
  expect(() => readFrom(batchOf([0, 1], { highWatermark: 2 }), 5n)).toThrow(TopicReplacedError);
});
