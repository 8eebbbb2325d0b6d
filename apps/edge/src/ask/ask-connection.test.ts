import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { AskConnection } from './ask-connection.ts';

const whole = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

/** A service that answers the n-th request of all with the n-th of `answers`, or not at all when there is none left. */
async function startService(answers: readonly string[], timeoutMs = 30_000) {
  const seen: string[] = [];
  const sockets: Socket[] = [];
  const left = [...answers];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      seen.push(bytes.toString());
      const answer = left.shift();
      if (answer !== undefined) socket.write(answer);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP port');
  const connection = new AskConnection(
    () => connect(address.port, '127.0.0.1'),
    { path: '/decisions', host: 'authz:7001' },
    timeoutMs,
  );
  onTestFinished(() => {
    connection.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { connection, seen, sockets };
}

test('posts JSON with its length in bytes, and resolves with the body of the answer', async () => {
  const { connection, seen } = await startService(['HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"größe"']);
  expect(await connection.post('"größe"')).toBe('"größe"');
  expect(seen).toEqual([
    'POST /decisions HTTP/1.1\r\nhost: authz:7001\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n"größe"',
  ]);
});

/** As if so much time passed between calls, however busy the machine is. */
function standStill(...moments: readonly [number, number]) {
  const now = vi.spyOn(performance, 'now').mockReturnValue(moments[0]);
  onTestFinished(() => now.mockRestore());
  return { next: () => void now.mockReturnValue(moments[1]) };
}

test('keeps its connection from call to call', async () => {
  standStill(10_000, 10_000);
  const { connection, sockets } = await startService([whole, whole, whole]);
  for (let call = 0; call < 3; call++) expect(await connection.post('{}')).toBe('{}');
  expect(sockets).toHaveLength(1);
});

test('leaves a connection that has been idle for long, which a service that stops may be about to end', async () => {
  const time = standStill(10_000, 13_000);
  const { connection, sockets } = await startService([whole, whole]);
  await connection.post('{}');
  time.next();
  expect(await connection.post('{}')).toBe('{}');
  expect(sockets).toHaveLength(2);
});

test('puts an answer together that comes in pieces', async () => {
  const { connection, sockets } = await startService(['HTTP/1.1 200 OK\r\ntransfer-']);
  const answer = connection.post('{}');
  await expect.poll(() => sockets).toHaveLength(1);
  for (const piece of ['encoding: chunked\r\n\r\n2\r', '\n[1\r\n2\r\n', ',2\r\n1\r\n]\r\n0\r\n\r\n']) {
    sockets[0]?.write(piece);
    await new Promise(setImmediate);
  }
  expect(await answer).toBe('[1,2]');
});

test.for([
  {
    name: 'another status',
    answer: 'HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n',
    message: '/decisions answered 503',
  },
  {
    name: 'more than the answer',
    answer: `${whole}HTTP/1.1 200 OK\r\n`,
    message: '/decisions sent more than its answer',
  },
  { name: 'no HTTP', answer: 'SSH-2.0-OpenSSH\r\n', message: 'bytes that are no HTTP' },
  {
    name: 'nothing in time',
    answer: '',
    message: 'no answer from /decisions within 1000 ms',
    timeoutMs: 1_000,
  },
  {
    name: 'half an answer in time',
    answer: whole.slice(0, -1),
    message: 'no answer from /decisions within 1000 ms',
    timeoutMs: 1_000,
  },
])('rejects on $name, and serves the next call', async ({ answer, message, timeoutMs }) => {
  const { connection } = await startService([answer, whole], timeoutMs);
  await expect(connection.post('{}')).rejects.toThrow(message);
  expect(connection.isBusy).toBe(false);
  expect(await connection.post('{}')).toBe('{}');
});

test('rejects a call whose connection is lost, does not repeat it, and connects again for the next', async () => {
  const { connection, seen, sockets } = await startService([]);
  const lost = connection.post('{}');
  await expect.poll(() => seen).toHaveLength(1);
  sockets[0]?.resetAndDestroy();
  await expect(lost).rejects.toThrow(/ECONNRESET|the connection was closed/);
  void connection.post('{}').catch(() => undefined);
  await expect.poll(() => sockets).toHaveLength(2);
  expect(seen.length).toBeLessThanOrEqual(2);
});

test('opens another connection after the service has closed an idle one', async () => {
  const { connection, sockets } = await startService([whole, whole]);
  await connection.post('{}');
  sockets[0]?.end();
  await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  expect(await connection.post('{}')).toBe('{}');
  expect(sockets).toHaveLength(2);
});

test('takes nothing that was not asked for as the next answer', async () => {
  const { connection, sockets } = await startService([whole, whole]);
  await connection.post('{}');
  sockets[0]?.write('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1');
  await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  expect(await connection.post('{}')).toBe('{}');
});

test('rejects at once where nobody listens', async () => {
  const connection = new AskConnection(
    () => connect(1, '127.0.0.1'),
    { path: '/decisions', host: 'authz:7001' },
    1_000,
  );
  await expect(connection.post('{}')).rejects.toThrow('ECONNREFUSED');
});

test('closing it ends the call that is out', async () => {
  const { connection, seen } = await startService([]);
  const out = connection.post('{}');
  await expect.poll(() => seen).toHaveLength(1);
  connection.close();
  await expect(out).rejects.toThrow('the way to /decisions was closed');
});
