import { expect, test } from 'vitest';
import { type Audited, type Books, judgeBooks } from './judge-books.ts';

const nothingAllowed = { statuses: [], cutOff: false };
const ended = (status: number): Audited => ({ received: 1, completed: 1, closed: 0, status });
const sound: Books = {
  sent: [
    { traceId: 'a', wanted: 200, status: 200 },
    { traceId: 'b', wanted: 403, status: 403 },
  ],
  audited: new Map([
    ['a', ended(200)],
    ['b', ended(403)],
  ]),
  forwarded: ['a'],
  counted: 2,
  putAside: 0,
};
const one = (status: number | null, audited: Audited | null): Books => ({
  sent: [{ traceId: 'a', wanted: 200, status }],
  audited: new Map(audited === null ? [] : [['a', audited]]),
  forwarded: [],
  counted: audited?.completed ?? 0,
  putAside: 0,
});

test('books that agree have no fault, and are told in figures', () => {
  expect(judgeBooks(sound, nothingAllowed)).toEqual({
    faults: [],
    figures: {
      sent: 2,
      answers: new Map([
        [200, 1],
        [403, 1],
      ]),
      cutOff: 0,
      audited: 2,
      abandoned: 0,
      counted: 2,
    },
  });
});

test.for<{ what: string; books: Books; faults: readonly string[] }>([
  { what: 'an unstated code', books: one(503, ended(503)), faults: ['1 answered 503, which is not stated'] },
  { what: 'no answer', books: one(null, ended(200)), faults: ['1 without an answer'] },
  { what: 'an answer without audit', books: one(200, null), faults: ['1 answered, not in the audit'] },
  {
    what: 'a forwarded request without audit',
    books: { ...one(null, null), sent: [], forwarded: ['a'] },
    faults: ['1 forwarded, not in the audit'],
  },
  { what: 'one forwarded twice', books: { ...sound, forwarded: ['a', 'a'] }, faults: ['1 forwarded again'] },
  {
    what: 'one received twice',
    books: one(200, { ...ended(200), received: 2 }),
    faults: ['1 received more than once, or ended without'],
  },
  {
    what: 'one that stays open',
    books: one(200, { received: 1, completed: 0, closed: 0, status: null }),
    faults: ['1 still open in the audit'],
  },
  {
    what: 'one ended twice',
    books: one(200, { ...ended(200), completed: 2 }),
    faults: ['1 ended more than once'],
  },
  {
    what: 'another status in the audit',
    books: one(200, ended(502)),
    faults: ['1 told otherwise by the audit than answered'],
  },
  { what: 'what was put aside', books: { ...sound, putAside: 3 }, faults: ['3 records put aside'] },
  {
    what: 'one counted twice',
    books: { ...sound, counted: 3 },
    faults: ['billing counted 3 ends, the audit has 2'],
  },
])('$what is a fault', ({ books, faults }) => {
  expect(judgeBooks(books, nothingAllowed).faults).toEqual(faults);
});

test('what a drill states may happen is no fault, while the audit knows of it', () => {
  expect(judgeBooks(one(503, ended(503)), { statuses: [503], cutOff: false }).faults).toEqual([]);
  const cut = { statuses: [], cutOff: true };
  expect(judgeBooks(one(null, null), cut).faults).toEqual([]);
  const abandoned = judgeBooks(one(null, { received: 1, completed: 0, closed: 1, status: null }), cut);
  expect(abandoned).toMatchObject({ faults: [], figures: { cutOff: 1, abandoned: 1, counted: 0 } });
});
