import { expect, test } from 'vitest';
import { parseAnswerHead } from './answer-head.ts';
import { BadAnswer } from './bad-answer.ts';

const head = (...lines: readonly string[]) => `${lines.join('\r\n')}\r\n\r\n`;
const ok = 'HTTP/1.1 200 OK';

test.for([
  { what: 'a length', lines: [ok, 'Content-Length: 12'], framing: 'length', length: 12, persistent: true },
  {
    what: 'no body at all',
    lines: [ok, 'Content-Length: 0'],
    framing: 'length',
    length: 0,
    persistent: true,
  },
  {
    what: 'leading zeros',
    lines: [ok, 'Content-Length: 0012'],
    framing: 'length',
    length: 12,
    persistent: true,
  },
  {
    what: 'chunks',
    lines: [ok, 'Transfer-Encoding: chunked'],
    framing: 'chunked',
    length: 0,
    persistent: true,
  },
  {
    what: 'Chunks in capitals',
    lines: [ok, 'transfer-encoding: Chunked'],
    framing: 'chunked',
    length: 0,
    persistent: true,
  },
  { what: 'nothing', lines: [ok], framing: 'close', length: 0, persistent: true },
  {
    what: 'close',
    lines: [ok, 'Content-Length: 1', 'Connection: close'],
    framing: 'length',
    length: 1,
    persistent: false,
  },
  {
    what: 'close in a list',
    lines: [ok, 'Content-Length: 1', 'Connection: x, Close'],
    framing: 'length',
    length: 1,
    persistent: false,
  },
  {
    what: 'HTTP/1.0',
    lines: ['HTTP/1.0 200 OK', 'Content-Length: 1'],
    framing: 'length',
    length: 1,
    persistent: false,
  },
  { what: '204', lines: ['HTTP/1.1 204 No Content'], framing: 'none', length: 0, persistent: true },
  {
    what: '204 and length 0',
    lines: ['HTTP/1.1 204 No Content', 'Content-Length: 0'],
    framing: 'none',
    length: 0,
    persistent: true,
  },
  {
    what: '204 and a body announced',
    lines: ['HTTP/1.1 204 No Content', 'Content-Length: 5'],
    framing: 'none',
    length: 0,
    persistent: false,
  },
  {
    what: '204 and chunks',
    lines: ['HTTP/1.1 204 No Content', 'Transfer-Encoding: chunked'],
    framing: 'none',
    length: 0,
    persistent: false,
  },
  {
    what: '304 and the length of what it stands for',
    lines: ['HTTP/1.1 304 Not Modified', 'Content-Length: 99'],
    framing: 'none',
    length: 0,
    persistent: true,
  },
  {
    what: 'no reason',
    lines: ['HTTP/1.1 200', 'Content-Length: 1'],
    framing: 'length',
    length: 1,
    persistent: true,
  },
])(
  'an answer that says $what: $framing, $length bytes, persistent $persistent',
  ({ lines, framing, length, persistent }) => {
    expect(parseAnswerHead(head(...lines), 10)).toMatchObject({ framing, length, persistent });
  },
);

test('fields keep their case, order and repeats, and lose the blanks around their values alone', () => {
  const { headers, reason, status, keepAliveMs } = parseAnswerHead(
    head(
      'HTTP/1.1 404 Not at Home',
      'X-b: \t one \t',
      'x-B:two',
      'Empty:',
      'Odd: \xe9;"',
      'Keep-Alive: max=2, timeout=5',
    ),
    10,
  );
  expect({ status, reason, keepAliveMs }).toEqual({ status: 404, reason: 'Not at Home', keepAliveMs: 5_000 });
  expect(headers.slice(0, 8)).toEqual(['X-b', 'one', 'x-B', 'two', 'Empty', '', 'Odd', '\xe9;"']);
});

test.for([
  { says: 'timeout=5', keepAliveMs: 5_000 },
  { says: 'timeout=123456', keepAliveMs: 123_456_000 },
  { says: 'Timeout=5', keepAliveMs: 5_000 },
  { says: 'timeout=5, max=100', keepAliveMs: 5_000 },
  { says: 'max=100, timeout=5', keepAliveMs: 5_000 },
  { says: 'timeout=0', keepAliveMs: 0 },
  { says: 'timeout=', keepAliveMs: null },
  { says: 'timeout=5s', keepAliveMs: null },
  { says: 'timeout=-5', keepAliveMs: null },
  { says: 'timeout=1234567', keepAliveMs: null },
  { says: 'notimeout=5', keepAliveMs: null },
])(
  'a provider that says Keep-Alive: $says keeps its connection for $keepAliveMs ms',
  ({ says, keepAliveMs }) => {
    expect(parseAnswerHead(head(ok, `Keep-Alive: ${says}`), 10).keepAliveMs).toBe(keepAliveMs);
  },
);

test.for([
  { what: 'HTTP/2.0', text: head('HTTP/2.0 200 OK') },
  { what: 'HTTP/1.2', text: head('HTTP/1.2 200 OK') },
  { what: 'a version in small letters', text: head('http/1.1 200 OK') },
  { what: 'another protocol', text: head('ICY 200 OK') },
  { what: 'two blanks before the status', text: head('HTTP/1.1  200 OK') },
  { what: 'status 99', text: head('HTTP/1.1 099 OK') },
  { what: 'status 600', text: head('HTTP/1.1 600 OK') },
  { what: 'a status of four digits', text: head('HTTP/1.1 2000 OK') },
  { what: 'a status of two digits', text: head('HTTP/1.1 20 OK') },
  { what: 'a signed status', text: head('HTTP/1.1 +20 OK') },
  { what: 'a NUL in the reason', text: head('HTTP/1.1 200 O\0K') },
  { what: 'both framings', text: head(ok, 'Content-Length: 1', 'Transfer-Encoding: chunked') },
  {
    what: 'both framings the other way round',
    text: head(ok, 'Transfer-Encoding: chunked', 'Content-Length: 1'),
  },
  { what: 'two lengths', text: head(ok, 'Content-Length: 1', 'Content-Length: 2') },
  { what: 'a length twice', text: head(ok, 'Content-Length: 1', 'Content-Length: 1') },
  { what: 'a list of lengths', text: head(ok, 'Content-Length: 1, 1') },
  { what: 'a plus', text: head(ok, 'Content-Length: +1') },
  { what: 'a minus', text: head(ok, 'Content-Length: -1') },
  { what: 'a hexadecimal length', text: head(ok, 'Content-Length: 0x1') },
  { what: 'an empty length', text: head(ok, 'Content-Length:') },
  { what: 'a length above 2^53', text: head(ok, 'Content-Length: 9007199254740993') },
  { what: 'a length above 2^64', text: head(ok, 'Content-Length: 18446744073709551617') },
  { what: 'a blank within a length', text: head(ok, 'Content-Length: 1 1') },
  { what: ',chunked', text: head(ok, 'Transfer-Encoding: ,chunked') },
  { what: 'chunked twice', text: head(ok, 'Transfer-Encoding: chunked, chunked') },
  {
    what: 'chunked in two lines',
    text: head(ok, 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'),
  },
  { what: 'gzip, chunked', text: head(ok, 'Transfer-Encoding: gzip, chunked') },
  { what: 'identity', text: head(ok, 'Transfer-Encoding: identity') },
  { what: 'an empty coding', text: head(ok, 'Transfer-Encoding:') },
  { what: 'xchunked', text: head(ok, 'Transfer-Encoding: xchunked') },
  { what: 'chunks in HTTP/1.0', text: head('HTTP/1.0 200 OK', 'Transfer-Encoding: chunked') },
  { what: 'a folded line', text: head(ok, 'X: a', ' b') },
  { what: 'a folded first line', text: head(ok, ' Content-Length: 1') },
  { what: 'a blank before the colon', text: head(ok, 'Content-Length : 1') },
  { what: 'no colon', text: head(ok, 'Content-Length 1') },
  { what: 'no name', text: head(ok, ': 1') },
  { what: 'a bare CR in a value', text: head(ok, 'X: a\rContent-Length: 1') },
  { what: 'a bare LF in a value', text: head(ok, 'X: a\nContent-Length: 1') },
  { what: 'a bare LF behind the status line', text: head('HTTP/1.1 200 OK\nX: 1') },
  { what: 'a NUL in a value', text: head(ok, 'X: a\0b') },
  { what: 'a NUL in a name', text: head(ok, 'X\0: a') },
  { what: 'DEL in a value', text: head(ok, 'X: a\x7fb') },
  { what: 'a name beyond ASCII', text: head(ok, 'Content-L\xe9ngth: 1') },
  {
    what: 'eleven fields where ten are allowed',
    text: head(ok, ...Array.from({ length: 11 }, () => 'A: 1')),
  },
])('an answer with $what is refused', ({ text }) => {
  expect(() => parseAnswerHead(text, 10)).toThrow(BadAnswer);
});
