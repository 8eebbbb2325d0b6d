import { ExchangeCompleted, ExchangeReceived } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { exchangeEvents } from '../test/events.ts';
import { chainStart } from './hash-chain.ts';
import { plainRows } from './plain-rows.ts';
import { readRecords } from './read-records.ts';
import { rowsOf } from './rows-of.ts';

const head = { eventDigest: chainStart, urlDigest: chainStart };

/** The values of an exchange's records as Kafka gives them. */
function values(topic: string, sequences: readonly string[]) {
  return sequences.flatMap((sequence) => {
    const numbered = { source: '/ssp/edge/1', sequence };
    const { records } = exchangeEvents({ numbered });
    return records.filter((one) => one.topic === topic).map(({ value }) => Buffer.from(value));
  });
}

const asRecords = (all: readonly Buffer[]) =>
  all.map((value, place) => ({ offset: BigInt(place), value, timestampMs: 0 }));

test.for([ExchangeReceived.topic, ExchangeCompleted.topic])(
  '%s: rows are those of a closer look',
  (topic) => {
    const records = asRecords(values(topic, ['1', '2', '5']));
    const place = { topic, partition: 3 };
    const plain = plainRows(place, head, null, records);
    const { read } = readRecords(topic, records, new Map());
    const closely = rowsOf(place, head, null, read);
    expect(plain?.rows.head).toEqual(closely.head);
    expect(plain?.rows.counts).toEqual(closely.counts);
    expect(plain?.rows.head).not.toEqual(head);
    expect(plain?.runs).toEqual([
      { source: '/ssp/edge/1', first: 1, last: 2 },
      { source: '/ssp/edge/1', first: 5, last: 5 },
    ]);
  },
);

test.for([
  { what: 'no event', harm: (all: Buffer[]) => [...all, Buffer.from('{}')] },
  { what: 'a number told twice', harm: (all: Buffer[]) => [...all, ...all.slice(0, 1)] },
])('$what is looked at more closely', ({ harm }) => {
  const topic = ExchangeReceived.topic;
  const records = asRecords(harm(values(topic, ['1', '2'])));
  expect(plainRows({ topic, partition: 3 }, head, null, records)).toBeNull();
});
