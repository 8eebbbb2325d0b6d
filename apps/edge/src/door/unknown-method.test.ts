import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { hasUnknownMethod } from './unknown-method.ts';

/** What Node's parser says of bytes that it cannot read. */
async function parserFault(text: string): Promise<Error> {
  await using resources = new AsyncDisposableStack();
  const server = resources.use(createServer((_req, res) => void res.end()).listen(0, '127.0.0.1'));
  await once(server, 'listening');
  const address = server.address();
  const socket = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
  socket.end(text, 'latin1');
  const [error, broken] = await once(server, 'clientError');
  broken.destroy();
  return error;
}

const host = '\r\nHost: x\r\n\r\n';

test.for([
  { line: 'FOO / HTTP/1.1', unknown: true },
  { line: 'FOO /https://p.nhs.uk/a?b=c HTTP/1.0', unknown: true },
  { line: 'GETX / HTTP/1.1', unknown: true },
  { line: 'VERSION-CONTROL / HTTP/1.1', unknown: true },
  { line: 'FOO_2 / HTTP/1.1', unknown: true },
  { line: 'PLAY / HTTP/1.1', unknown: true },
  { line: `GET / HTTP/1.1${host}FOO / HTTP/1.1`, unknown: true },
  { line: `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nABCFOO / HTTP/1.1`, unknown: true },
  { line: 'get / HTTP/1.1', unknown: false },
  { line: 'Foo / HTTP/1.1', unknown: false },
  { line: 'F(O / HTTP/1.1', unknown: false },
  { line: 'F\x00O / HTTP/1.1', unknown: false },
  { line: `${'F'.repeat(33)} / HTTP/1.1`, unknown: false },
  { line: ' FOO / HTTP/1.1', unknown: false },
  { line: 'FOO  / HTTP/1.1', unknown: false },
  { line: 'FOO\t/ HTTP/1.1', unknown: false },
  { line: 'GET\t/ HTTP/1.1', unknown: false },
  { line: 'FOO / HTTP/1.1 ', unknown: false },
  { line: 'FOO / a HTTP/1.1', unknown: false },
  { line: 'FOO /\xe9 HTTP/1.1', unknown: false },
  { line: 'FOO HTTP/1.1', unknown: false },
  { line: 'FOO /', unknown: false },
  { line: 'FOO / HTTP/2.0', unknown: false },
  { line: 'FOO / HTTP/1.1\nHost: y', unknown: false },
  { line: 'GET / HTTP/1.1\r\nFOO / HTTP/1.1', unknown: false },
])('$line: $unknown', async ({ line, unknown }) => {
  expect(hasUnknownMethod(await parserFault(line + host))).toBe(unknown);
});
