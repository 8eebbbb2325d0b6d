import { expect, test } from 'vitest';
import { type BooksNow, readSettled } from './read-settled.ts';

const settled: BooksNow = {
  sent: [{ traceId: 'a', wanted: null, status: 200, said: null }],
  audited: new Map([['a', { received: 1, completed: 1, closed: 0, status: 200, refusal: null }]]),
  forwarded: ['a'],
  counted: 1,
  putAside: 0,
};
/** The completed event of an exchange may be written before its received one. */
const behind: BooksNow = {
  ...settled,
  audited: new Map([['a', { received: 0, completed: 1, closed: 0, status: 200, refusal: null }]]),
};

test('books that cannot be read for a moment are waited for like those that are behind', async () => {
  const readings = [behind, new Error('the connection was reset'), behind];
  const read = async () => {
    const reading = readings.shift() ?? settled;
    if (reading instanceof Error) throw reading;
    return reading;
  };
  expect(await readSettled(read, 60_000)).toEqual({ ...settled, unsettled: null });
});

test('books that stay behind are told as they are, with how long they were waited for', async () => {
  expect(await readSettled(async () => behind, 1)).toEqual({
    ...behind,
    unsettled: 'the books settle: not within 0.001 s',
  });
});
