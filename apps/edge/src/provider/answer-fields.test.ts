import { expect, test } from 'vitest';
import { answerFields } from './answer-fields.ts';
import { parseAnswerHead } from './answer-head.ts';

const fieldsOf = (lines: readonly string[], chunked = false) =>
  answerFields(parseAnswerHead(`${lines.join('\r\n')}\r\n\r\n`, 20), chunked);

test.for([
  {
    what: 'case, order and repeats stay',
    lines: [
      'HTTP/1.1 200 OK',
      'Set-Cookie: a',
      'ETag: 1',
      'set-cookie: b',
      'Via: 1.1 lb',
      'Content-Length: 03',
    ],
    fields: ['Set-Cookie', 'a', 'ETag', '1', 'set-cookie', 'b', 'Via', '1.1 lb', 'Content-Length', '3'],
  },
  {
    what: 'what concerns one hop goes, and what is nominated',
    lines: [
      'HTTP/1.1 200 OK',
      'Connection: X-Hop, ETag',
      'X-Hop: 1',
      'ETag: 1',
      'Keep-Alive: timeout=5',
      'Proxy-Authenticate: x',
      'Upgrade: h2',
      'Content-Length: 0',
    ],
    fields: ['Content-Length', '0'],
  },
  {
    what: 'our own names are ours to speak for',
    lines: [
      'HTTP/1.1 200 OK',
      'Strict-Transport-Security: max-age=0',
      'X-Ssp-InternalID: 1',
      'Content-Length: 0',
    ],
    fields: ['Content-Length', '0'],
  },
  {
    what: "a provider's own allowance is not mistaken for ours; under other names it stays",
    lines: [
      'HTTP/1.1 200 OK',
      'X-Rate-Limit-Limit: 9',
      'X-Rate-Limit-Remaining: 8',
      'x-rate-limit-reset: 7',
      'X-RateLimit-Limit: 6',
      'Retry-After: 5',
      'Content-Length: 0',
    ],
    fields: ['X-RateLimit-Limit', '6', 'Retry-After', '5', 'Content-Length', '0'],
  },
  {
    what: 'no length beside 204',
    lines: ['HTTP/1.1 204 No Content', 'Content-Length: 0', 'A: b'],
    fields: ['A', 'b'],
  },
  {
    what: 'the length of a 304 stays',
    lines: ['HTTP/1.1 304 Not Modified', 'Content-Length: 9'],
    fields: ['Content-Length', '9'],
  },
  {
    what: 'no Trailer beside a length',
    lines: ['HTTP/1.1 200 OK', 'Trailer: X', 'Content-Length: 0'],
    fields: ['Content-Length', '0'],
  },
])('$what', ({ lines, fields }) => {
  expect(fieldsOf(lines)).toEqual(fields);
});

test('trailers are announced where the consumer gets chunks', () => {
  expect(fieldsOf(['HTTP/1.1 200 OK', 'Trailer: X', 'Transfer-Encoding: chunked'], true)).toEqual([
    'Trailer',
    'X',
  ]);
});
