import { expect, test } from 'vitest';
import { readWire } from './strict-http.ts';

const read = (text: string) => readWire(Buffer.from(text, 'latin1'), 'request');

test('two requests, one in chunks with a trailer, and the beginning of a third', () => {
  const reading = read(
    'POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n' +
      'GET /b HTTP/1.1\r\nHost: x\r\n\r\nGET',
  );
  expect(reading).toMatchObject({
    fault: null,
    messages: [
      { startLine: 'POST /a HTTP/1.1', body: Buffer.from('abc'), trailers: ['X-T', '1'] },
      { startLine: 'GET /b HTTP/1.1', headers: ['Host', 'x'] },
    ],
  });
  expect(reading.rest.toString()).toBe('GET');
});

test.for([
  {
    fault: 'both framings',
    text: 'POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  },
  {
    fault: 'content-length repeated',
    text: 'POST / HTTP/1.1\r\nContent-Length: 1\r\ncontent-length: 1\r\n\r\na',
  },
  { fault: 'length 01', text: 'POST / HTTP/1.1\r\nContent-Length: 01\r\n\r\na' },
  { fault: 'coding ,chunked', text: 'POST / HTTP/1.1\r\nTransfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n' },
  { fault: 'a bare CR or LF', text: 'GET / HTTP/1.1\nHost: x\r\n\r\n' },
  { fault: 'a bare CR or LF', text: 'GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n' },
  {
    fault: 'chunk size "1;x"',
    text: 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;x\r\na\r\n0\r\n\r\n',
  },
  {
    fault: 'a chunk of another size than announced',
    text: 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n',
  },
  { fault: 'field "A : b"', text: 'GET / HTTP/1.1\r\nA : b\r\n\r\n' },
  { fault: 'an empty line before the message', text: '\r\nGET / HTTP/1.1\r\n\r\n' },
  { fault: 'start line "GET /a b HTTP/1.1"', text: 'GET /a b HTTP/1.1\r\n\r\n' },
])('$fault is not forgiven', ({ fault, text }) => {
  expect(read(text)).toMatchObject({ fault, messages: [] });
});

test('an answer without a length lasts until the connection ends', () => {
  const bytes = Buffer.from('HTTP/1.1 200 OK\r\n\r\nabc');
  expect(readWire(bytes, 'response')).toMatchObject({ messages: [], fault: null });
  expect(readWire(bytes, 'response', true)).toMatchObject({ messages: [{ body: Buffer.from('abc') }] });
});
