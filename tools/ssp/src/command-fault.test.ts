import { expect, test } from 'vitest';
import { reasonOf } from './command-fault.ts';

test.for([
  { error: new Error('read ECONNRESET'), reason: 'read ECONNRESET' },
  { error: new TypeError(''), reason: 'TypeError' },
  { error: new Error('two\n  lines\n'), reason: 'two; lines; ' },
  {
    error: new AggregateError([
      new Error('connect ECONNREFUSED ::1'),
      new Error('connect ECONNREFUSED 127.0.0.1'),
    ]),
    reason: 'connect ECONNREFUSED ::1; connect ECONNREFUSED 127.0.0.1',
  },
  { error: 'a text', reason: 'a text' },
])('$error is told as "$reason"', ({ error, reason }) => {
  expect(reasonOf(error)).toBe(reason);
});
