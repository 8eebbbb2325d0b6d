import { createServer } from 'node:http';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { EndpointError, jsonEndpoint } from './json-endpoint.ts';
import { listen } from './listen.ts';

async function start(resources: AsyncDisposableStack, handle: (body: unknown) => unknown) {
  const lines: string[] = [];
  const log = pino(
    new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk));
        done();
      },
    }),
  );
  const server = createServer(jsonEndpoint('/v1/asks', handle, log));
  const { port } = await listen(server, { host: '127.0.0.1', port: 0 }, resources);
  const post = (body: string, path = '/v1/asks', method = 'POST', type = 'application/json') =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { 'content-type': type },
      ...(method === 'POST' && { body }),
    });
  return { post, lines };
}

test('hands the body to the handler and its answer to the caller', async () => {
  await using resources = new AsyncDisposableStack();
  const { post } = await start(resources, (body) => Promise.resolve({ got: body }));
  const answer = await post('{"asks":["é"]}');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(await answer.json()).toEqual({ got: { asks: ['é'] } });
});

test.for([
  { what: 'not JSON', body: '{', path: '/v1/asks', method: 'POST', status: 400 },
  { what: 'empty', body: '', path: '/v1/asks', method: 'POST', status: 400 },
  { what: 'another path', body: '{}', path: '/v1/ask', method: 'POST', status: 404 },
  { what: 'another method', body: '', path: '/v1/asks', method: 'GET', status: 404 },
  {
    what: 'too large',
    body: `"${'x'.repeat(20 * 1024 * 1024)}"`,
    path: '/v1/asks',
    method: 'POST',
    status: 413,
  },
])('$what is answered $status, and the next call served', async ({ body, path, method, status }) => {
  await using resources = new AsyncDisposableStack();
  const { post } = await start(resources, () => 'served');
  const answer = await post(body, path, method);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toEqual({ error: expect.any(String) });
  expect(await (await post('{}')).json()).toBe('served');
});

test.for([
  { type: 'application/json', status: 200 },
  { type: 'Application/JSON; charset=utf-8', status: 200 },
  { type: 'text/plain', status: 415 },
  { type: 'application/jsonp', status: 415 },
])('a body said to be $type is answered $status', async ({ type, status }) => {
  await using resources = new AsyncDisposableStack();
  const { post } = await start(resources, () => 'served');
  const answer = await post('{}', '/v1/asks', 'POST', type);
  expect(answer.status).toBe(status);
  await answer.text();
  expect(await (await post('{}')).json()).toBe('served');
});

test('a body nested beyond all reason is read like any other', async () => {
  await using resources = new AsyncDisposableStack();
  const { post } = await start(resources, (body) => Array.isArray(body));
  const depth = 1_000_000;
  expect(await (await post('['.repeat(depth) + ']'.repeat(depth))).json()).toBe(true);
  expect((await post('['.repeat(depth))).status).toBe(400);
});

test('an EndpointError of the handler is answered as it says', async () => {
  await using resources = new AsyncDisposableStack();
  const { post, lines } = await start(resources, () => {
    throw new EndpointError(503, 'the directory is not loaded');
  });
  const answer = await post('{}');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ error: 'the directory is not loaded' });
  expect(lines).toEqual([]);
});

test('any other error is 500 without detail, which the log alone has', async () => {
  await using resources = new AsyncDisposableStack();
  const { post, lines } = await start(resources, () =>
    Promise.reject(new Error('relation "x" does not exist')),
  );
  const answer = await post('{}');
  expect(answer.status).toBe(500);
  expect(await answer.text()).toBe('{"error":"internal error"}');
  expect(lines.join('')).toContain('relation');
});
