import { createRequire } from 'node:module';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { leanProduce } from './lean-produce.ts';
import { type ProduceAsk } from './produce-request.ts';

const Made = z.object({ encode: z.custom<() => Promise<{ readonly buffer: Buffer }>>() });
const Make = z.custom<(ask: object) => unknown>((value) => typeof value === 'function');

/** The client's own files, loaded anew so that one test's correction is not seen by the next. */
function freshRequire(): NodeJS.Require {
  const require = createRequire(import.meta.url);
  for (const path of Object.keys(require.cache)) if (path.includes('kafkajs')) delete require.cache[path];
  return require;
}

// Other files in this process find the client as it was before.
afterEach(() => void freshRequire());

function encode(require: NodeJS.Require, ask: object): Promise<{ readonly buffer: Buffer }> {
  return Made.parse(Make.parse(require('kafkajs/src/protocol/requests/produce/v7/request'))(ask)).encode();
}

const request = (values: readonly (string | Buffer)[], more: object = {}) =>
  ({
    acks: -1,
    timeout: 30_000,
    producerId: '4711',
    producerEpoch: 3,
    topicData: [
      {
        topic: 'ssp.exchange.received',
        partitions: [
          { partition: 2, firstSequence: 1_234_567, messages: values.map((value) => ({ value, ...more })) },
        ],
      },
      {
        topic: 'ssp.exchange.completed',
        partitions: [{ partition: 5, firstSequence: 0, messages: [{ value: '{}' }] }],
      },
    ],
  }) satisfies ProduceAsk;

test.for([
  { what: 'one event', values: ['{"a":1}'] },
  { what: 'no event', values: [] },
  { what: 'an empty value', values: [''] },
  { what: 'text beyond ASCII', values: ['Müller – 診療', '\u{1f3e5}'] },
  { what: 'bytes', values: [Buffer.from([0, 255, 128]), Buffer.alloc(0)] },
  {
    what: 'lengths around each size of a varint',
    values: [63, 64, 8_191, 8_192, 70_000].map((n) => 'x'.repeat(n)),
  },
  {
    what: 'more events than one byte of offset',
    values: Array.from({ length: 300 }, (_, n) => `event ${n}`),
  },
])('$what: the same bytes as the client itself writes', async ({ values }) => {
  vi.useFakeTimers({ now: new Date('2026-03-04T05:06:07.089Z') });
  const theirs = await encode(freshRequire(), request(values));
  const require = freshRequire();
  leanProduce(require);
  const ours = await encode(require, request(values));
  expect(ours.buffer.equals(theirs.buffer)).toBe(true);
  vi.useRealTimers();
});

test('a message with a key goes the client’s own way', async () => {
  vi.useFakeTimers({ now: 0 });
  const keyed = request(['value'], { key: 'a key' });
  const theirs = await encode(freshRequire(), keyed);
  const require = freshRequire();
  leanProduce(require);
  expect((await encode(require, keyed)).buffer.equals(theirs.buffer)).toBe(true);
  vi.useRealTimers();
});

test('a client that has sent before is not corrected in silence', async () => {
  const require = freshRequire();
  await encode(require, request(['x']));
  expect(() => leanProduce(require)).toThrow('before it was corrected');
});
