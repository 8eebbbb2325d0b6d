import { expect, test } from 'vitest';
import { EventQueue } from './event-queue.ts';

const settle = () => undefined;
const event = (value: string, awaited = false) => ({ topic: 't', value, settle: awaited ? settle : null });
const values = (events: readonly { readonly value: string }[]) => events.map(({ value }) => value);

test.for([
  { limit: 'events', limits: { maxEvents: 2, maxBytes: 100 }, expected: [['aaa', 'bbb'], ['ccc']] },
  { limit: 'bytes', limits: { maxEvents: 9, maxBytes: 6 }, expected: [['aaa', 'bbb'], ['ccc']] },
  {
    limit: 'bytes of a single event',
    limits: { maxEvents: 9, maxBytes: 1 },
    expected: [['aaa'], ['bbb'], ['ccc']],
  },
])('a batch ends at the most $limit and nothing is lost or turned round', ({ limits, expected }) => {
  const queue = new EventQueue(limits);
  for (const value of ['aaa', 'bbb', 'ccc']) queue.push(event(value));
  const batches = [];
  while (queue.size > 0) batches.push(values(queue.take()));
  expect(batches).toEqual(expected);
});

test('an empty queue gives an empty batch', () => {
  expect(new EventQueue({ maxEvents: 1, maxBytes: 1 }).take()).toEqual([]);
});

test('only an event that somebody waits for makes the queue awaited, until it is taken', () => {
  const queue = new EventQueue({ maxEvents: 1, maxBytes: 100 });
  queue.push(event('a'));
  expect(queue.hasAwaited).toBe(false);
  queue.push(event('b', true));
  expect(queue.hasAwaited).toBe(true);
  queue.take();
  expect(queue.hasAwaited).toBe(true);
  queue.take();
  expect(queue.hasAwaited).toBe(false);
});
