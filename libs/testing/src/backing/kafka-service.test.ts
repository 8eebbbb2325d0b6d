import { createServer } from 'node:net';
import { listenOnLoopback } from '../listen-on-loopback.ts';
import { expect, test } from 'vitest';
import { checkKafka } from './kafka-service.ts';

test('a port that accepts and hangs up is no broker', async () => {
  await using resources = new AsyncDisposableStack();
  const server = createServer((socket) => socket.end());
  resources.defer(() => void server.close());
  const port = await listenOnLoopback(server);
  await expect(checkKafka([`127.0.0.1:${port}`])).rejects.toThrow(/hung up|ECONNRESET|EPIPE/);
});
