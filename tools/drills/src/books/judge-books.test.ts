import { type RefusalCode } from '@ssp/spine';
import { expect, test } from 'vitest';
import { type Books, judgeBooks, type SentRequest } from './judge-books.ts';

type Audited = NonNullable<ReturnType<Books['audited']['get']>>;

const nothingAllowed = { refusals: [], cutOff: false };
const served: SentRequest = { traceId: 'a', wanted: null, status: 200, said: null };
const refused: SentRequest = {
  traceId: 'b',
  wanted: 'sender-not-authorised',
  status: 403,
  said: 'ASID_CHECK_FAILED_MESSAGESENDER_200000000360',
};
const away: SentRequest = { ...served, status: 503, said: 'AUTHORISATION_UNAVAILABLE' };
const ended = (status: number, refusal: RefusalCode | null = null): Audited => ({
  received: 1,
  completed: 1,
  closed: 0,
  status,
  refusal,
});
const endedAway = ended(503, 'authorisation-unavailable');
const sound: Books = {
  sent: [served, refused],
  audited: new Map([
    ['a', ended(200)],
    ['b', ended(403, 'sender-not-authorised')],
  ]),
  forwarded: ['a'],
  counted: 2,
  putAside: 0,
  unsettled: null,
};
const one = (request: SentRequest, audited: Audited | null): Books => ({
  sent: [request],
  audited: new Map(audited === null ? [] : [['a', audited]]),
  forwarded: [],
  counted: audited?.completed ?? 0,
  putAside: 0,
  unsettled: null,
});
const unanswered: SentRequest = { ...served, status: null };

test('books that agree have no fault, and are told in figures', () => {
  expect(judgeBooks(sound, nothingAllowed)).toEqual({
    faults: [],
    figures: {
      sent: 2,
      answers: new Map([
        ['200', 1],
        ['403 sender-not-authorised', 1],
      ]),
      cutOff: 0,
      audited: 2,
      abandoned: 0,
      counted: 2,
    },
  });
});

test.for<{ what: string; books: Books; faults: readonly string[] }>([
  {
    what: 'an unstated refusal',
    books: one(away, endedAway),
    faults: ['1 answered 503 authorisation-unavailable, which is not stated'],
  },
  {
    what: 'an answer where a refusal was wanted',
    books: one({ ...served, wanted: 'sender-not-authorised' }, ended(200)),
    faults: ['1 answered 200, which is not stated'],
  },
  { what: 'no answer', books: one(unanswered, ended(200)), faults: ['1 without an answer'] },
  { what: 'an answer without audit', books: one(served, null), faults: ['1 answered, not in the audit'] },
  {
    what: 'a forwarded request without audit',
    books: { ...one(served, null), sent: [], forwarded: ['a'] },
    faults: ['1 forwarded, not in the audit'],
  },
  { what: 'one forwarded twice', books: { ...sound, forwarded: ['a', 'a'] }, faults: ['1 forwarded again'] },
  {
    what: 'one received twice',
    books: one(served, { ...ended(200), received: 2 }),
    faults: ['1 received more than once, or ended without'],
  },
  {
    what: 'one that stays open',
    books: one(served, { ...ended(200), completed: 0, status: null }),
    faults: ['1 still open in the audit'],
  },
  {
    what: 'one ended twice',
    books: one(served, { ...ended(200), completed: 2 }),
    faults: ['1 ended more than once'],
  },
  {
    what: 'another status in the audit',
    books: one(served, ended(502)),
    faults: ['1 told otherwise by the audit than answered'],
  },
  {
    what: 'a refusal in the audit of what was served',
    books: one(served, ended(200, 'provider-timeout')),
    faults: ['1 told otherwise by the audit than answered'],
  },
  { what: 'what was put aside', books: { ...sound, putAside: 3 }, faults: ['3 records put aside'] },
  {
    what: 'what did not settle',
    books: { ...sound, unsettled: 'the books settle: not within 300 s' },
    faults: ['the books settle: not within 300 s'],
  },
  {
    what: 'one counted twice',
    books: { ...sound, counted: 3 },
    faults: ['billing counted 3 ends, the audit has 2'],
  },
])('$what is a fault', ({ books, faults }) => {
  expect(judgeBooks(books, nothingAllowed).faults).toEqual(faults);
});

test('what a drill states may happen is no fault, while the audit knows of it', () => {
  const stated = { refusals: ['authorisation-unavailable'], cutOff: false } as const;
  expect(judgeBooks(one(away, endedAway), stated).faults).toEqual([]);
  const cut = { refusals: [], cutOff: true };
  expect(judgeBooks(one(unanswered, null), cut).faults).toEqual([]);
  const closed = { ...ended(200), completed: 0, closed: 1, status: null };
  const abandoned = judgeBooks(one(unanswered, closed), cut);
  expect(abandoned).toMatchObject({ faults: [], figures: { cutOff: 1, abandoned: 1, counted: 0 } });
});

test('another refusal of the same status is neither the stated nor the audited one', () => {
  const stated = { refusals: ['throttle-unavailable'], cutOff: false } as const;
  expect(judgeBooks(one(away, ended(503, 'throttle-unavailable')), stated).faults).toEqual([
    '1 answered 503 throttle-unavailable, which is not stated',
    '1 told otherwise by the audit than answered',
  ]);
});
