import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { listen } from '@ssp/service';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createEdgeMetrics } from './metrics.ts';
import { redirectToHttps } from './redirect-to-https.ts';

async function answerTo(bytes: string): Promise<string> {
  await using resources = new AsyncDisposableStack();
  const server = redirectToHttps(() => 8443, createEdgeMetrics(new Registry()));
  const { port } = await listen(server, { host: '127.0.0.1', port: 0 }, resources);
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return await text(socket);
}

test('a request is sent on to the same target over TLS', async () => {
  const answer = await answerTo('GET /https://a.nhs.uk/x?b=%7C HTTP/1.1\r\nHost: proxy.nhs.uk:80\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 308 /);
  expect(answer).toContain('\r\nlocation: https://proxy.nhs.uk:8443/https://a.nhs.uk/x?b=%7C\r\n');
  expect(answer).toContain('strict-transport-security: max-age=');
});

test.for([
  { what: 'no Host', bytes: 'GET /x HTTP/1.1\r\n\r\n', status: 400 },
  { what: 'a Host with a path', bytes: 'GET /x HTTP/1.1\r\nHost: a/b\r\n\r\n', status: 400 },
  { what: 'a Host with a user', bytes: 'GET /x HTTP/1.1\r\nHost: a@b\r\n\r\n', status: 400 },
  { what: 'a line break in Host', bytes: 'GET /x HTTP/1.1\r\nHost: a\rSet-Cookie: b\r\n\r\n', status: 400 },
  { what: 'an absolute form', bytes: 'GET https://a/x HTTP/1.1\r\nHost: a\r\n\r\n', status: 400 },
  { what: 'an asterisk', bytes: 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', status: 400 },
  { what: 'CONNECT', bytes: 'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n', status: 405 },
  { what: 'no HTTP', bytes: '\x16\x03\x01\r\n\r\n', status: 400 },
  { what: 'a huge head', bytes: `GET /x HTTP/1.1\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, status: 400 },
])('$what is answered $status with HSTS and sent nowhere', async ({ bytes, status }) => {
  const answer = (await answerTo(bytes)).toLowerCase();
  expect(answer).toMatch(new RegExp(`^http/1\\.1 ${status} `));
  expect(answer).toContain('strict-transport-security: max-age=');
  expect(answer).not.toContain('location');
});
