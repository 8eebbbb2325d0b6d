import { expect, test } from 'vitest';
import { BadAnswer } from './bad-answer.ts';
import { ChunkedBody } from './chunked-body.ts';

function read(text: string) {
  const body = new ChunkedBody({ trailerBytesMax: 100, trailersMax: 3 });
  let payload = '';
  const end = body.read(Buffer.from(text, 'latin1'), {
    data: (chunk) => (payload += chunk.toString('latin1')),
  });
  return { payload, end, trailers: body.trailers };
}

test.for([
  { text: '0\r\n\r\n', payload: '', trailers: [] },
  { text: '3\r\nabc\r\n0\r\n\r\n', payload: 'abc', trailers: [] },
  {
    text: 'A\r\n0123456789\r\n0a\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n',
    payload: '0123456789\r\n\r\n\r\n\r\n\r\n',
    trailers: [],
  },
  { text: '3;a=b;c="d e"\r\nabc\r\n000;x\r\n\r\n', payload: 'abc', trailers: [] },
  { text: '0\r\nX-Sum: 1\r\nx-sum:2\r\n\r\n', payload: '', trailers: ['X-Sum', '1', 'x-sum', '2'] },
])('$text is $payload with the trailers $trailers', ({ text, payload, trailers }) => {
  expect(read(text)).toEqual({ payload, end: text.length, trailers });
  expect(read(`${text}HTTP/1.1`)).toEqual({ payload, end: text.length, trailers });
});

test.for(['', '3', '3\r', '3\r\nab', '3\r\nabc\r\n', '0\r\n', '0\r\nX: 1\r\n', '0\r\nX: 1\r\n\r'])(
  '%j is not the end',
  (text) => {
    expect(read(text).end).toBe(-1);
  },
);

test.for([
  { what: 'a size above 2^52', text: 'FFFFFFFFFFFFFF\r\n' },
  { what: 'a size that wraps at 2^64', text: '10000000000000003\r\nabc\r\n0\r\n\r\n' },
  { what: 'a size with many zeros', text: '00000000000003\r\nabc\r\n' },
  { what: 'no size', text: '\r\nabc\r\n' },
  { what: 'a signed size', text: '+3\r\nabc\r\n' },
  { what: 'a size in C form', text: '0x3\r\nabc\r\n' },
  { what: 'a blank before the size', text: ' 3\r\nabc\r\n' },
  { what: 'a blank behind the size', text: '3 \r\nabc\r\n' },
  { what: 'junk for a size', text: 'xyz\r\nabc\r\n' },
  { what: 'LF alone behind the size', text: '3\nabc\r\n' },
  { what: 'CR alone behind the size', text: '3\rabc\r\n' },
  { what: 'a line feed in an extension', text: '3;a\nb\r\nabc\r\n' },
  { what: 'a NUL in an extension', text: '3;a\0\r\nabc\r\n' },
  { what: 'a flood of extensions', text: `1;${'a'.repeat(9_000)}\r\nx\r\n`.repeat(2) },
  { what: 'a chunk that is longer than its size', text: '3\r\nabcd\r\n' },
  { what: 'a chunk that ends with LF alone', text: '3\r\nabc\n0\r\n\r\n' },
  { what: 'a chunk that ends with another byte and LF', text: '3\r\nabcX\n0\r\n\r\n' },
  { what: 'a folded trailer', text: '0\r\nX: a\r\n b\r\n\r\n' },
  { what: 'a trailer with a bare LF', text: '0\r\nX: a\nY: b\r\n\r\n' },
  { what: 'an endless trailer', text: `0\r\nX: ${'a'.repeat(100)}` },
  { what: 'too many trailers', text: '0\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\n\r\n' },
])('$what is refused', ({ text }) => {
  expect(() => read(text)).toThrow(BadAnswer);
});
