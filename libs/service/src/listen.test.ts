import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import { listen } from './listen.ts';

const loopback = { host: '127.0.0.1', port: 0 };

function ask(port: number, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent }, resolve).once('error', reject);
  });
}

test('port 0 takes a free one and tells which', async () => {
  await using resources = new AsyncDisposableStack();
  expect(await listen(createServer(), loopback, resources)).toEqual({
    host: '127.0.0.1',
    port: expect.toSatisfy((port: number) => port > 0),
  });
});

test('an occupied port is told with its address and the remedy', async () => {
  await using resources = new AsyncDisposableStack();
  const { port } = await listen(createServer(), loopback, resources);
  await expect(listen(createServer(), { ...loopback, port }, resources)).rejects.toThrow(
    `cannot listen on 127.0.0.1:${port}: it is already in use; free it or configure another port`,
  );
});

test('an address of another machine is told with the reason', async () => {
  await using resources = new AsyncDisposableStack();
  await expect(listen(createServer(), { host: '192.0.2.1', port: 0 }, resources)).rejects.toThrow(
    /^cannot listen on 192\.0\.2\.1:0: .*EADDRNOTAVAIL/,
  );
});

test('a stop lets the request in flight end, takes no new connection and closes idle ones', async () => {
  const resources = new AsyncDisposableStack();
  const arrived = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const server = createServer({ keepAliveTimeout: 600_000 }, (_req, res) => {
    res.write('first ');
    arrived.resolve();
    void finish.promise.then(() => res.end('last'));
  });
  const { port } = await listen(server, loopback, resources);
  const answer = await ask(port, new Agent({ keepAlive: true }));
  await arrived.promise;
  const stopped = resources.disposeAsync();
  await expect(ask(port, new Agent())).rejects.toThrow('ECONNREFUSED');
  finish.resolve();
  expect(await text(answer)).toBe('first last');
  // Were the keep-alive connection left open, this would wait for ten minutes.
  await stopped;
});

test('an idle keep-alive connection does not hold up a stop', async () => {
  const resources = new AsyncDisposableStack();
  const server = createServer({ keepAliveTimeout: 600_000 }, (_req, res) => void res.end('done'));
  const { port } = await listen(server, loopback, resources);
  const answer = await ask(port, new Agent({ keepAlive: true }));
  const closed = once(answer.socket, 'close');
  await text(answer);
  await resources.disposeAsync();
  await expect(closed).resolves.toBeDefined();
});

const echoPath = (req: IncomingMessage, res: ServerResponse) => void res.end(req.url);

describe('with a grace', () => {
  test('a stop goes on serving, also new connections, and each answer is the last on its connection', async () => {
    const resources = new AsyncDisposableStack();
    const server = createServer({ keepAliveTimeout: 600_000 }, echoPath);
    const { port } = await listen(server, loopback, resources, 4_000);
    const kept = new Agent({ keepAlive: true });
    const before = await ask(port, kept);
    await text(before);
    expect(before.headers.connection).toBe('keep-alive');
    const stopped = resources.disposeAsync();
    for (const agent of [kept, new Agent({ keepAlive: true })]) {
      const answer = await ask(port, agent);
      expect(await text(answer)).toBe('/');
      expect(answer.headers.connection).toBe('close');
    }
    await stopped;
    await expect(ask(port, new Agent())).rejects.toThrow('ECONNREFUSED');
  });

  test('the answer that is under way when the stop comes is the last on its connection', async () => {
    const resources = new AsyncDisposableStack();
    const arrived = Promise.withResolvers<ServerResponse>();
    const server = createServer({ keepAliveTimeout: 600_000 }, (_req, res) => arrived.resolve(res));
    const { port } = await listen(server, loopback, resources, 1);
    const answer = ask(port, new Agent({ keepAlive: true }));
    const response = await arrived.promise;
    const stopped = resources.disposeAsync();
    response.end('last');
    expect((await answer).headers.connection).toBe('close');
    expect(await text(await answer)).toBe('last');
    await stopped;
  });

  test('a connection that was idle for less than it is still served', async () => {
    const resources = new AsyncDisposableStack();
    const graceMs = 4_000;
    const server = createServer({ keepAliveTimeout: 600_000 }, echoPath);
    const { port } = await listen(server, loopback, resources, graceMs);
    const stopped = resources.disposeAsync();
    const stoppedAtMs = performance.now();
    await vi.waitUntil(() => performance.now() - stoppedAtMs > graceMs / 2, graceMs);
    const late = connect(port, '127.0.0.1');
    await once(late, 'connect');
    await vi.waitUntil(() => !server.listening, 10_000);
    const closedAtMs = performance.now();
    // Long enough for several looks at what is idle.
    await vi.waitUntil(() => performance.now() - closedAtMs > 200, 10_000);
    late.write('GET /late HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await text(late)).toMatch(/\r\nConnection: close\r\n.*\r\n\r\n\/late$/s);
    await stopped;
  });
});
