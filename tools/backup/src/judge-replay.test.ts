import { expect, test } from 'vitest';
import { judgeReplay } from './judge-replay.ts';

const place = { schema: 'audit', topic: 't', partition: 0, nextOffset: 10n };

test.for([
  { kafka: { first: 0n, end: 10n }, state: 'whole', records: 0n },
  { kafka: { first: 10n, end: 25n }, state: 'whole', records: 15n },
  { kafka: { first: 11n, end: 25n }, state: 'gone', records: 1n },
  { kafka: { first: 0n, end: 9n }, state: 'replaced', records: 0n },
  { kafka: null, state: 'replaced', records: 0n },
])('read on from 10 with $kafka it is $state', ({ kafka, ...expected }) => {
  expect(judgeReplay({ ...place, kafka })).toMatchObject(expected);
});
