import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { checkKafka } from './kafka-service.ts';

test('a port that accepts and hangs up is no broker', { timeout: 2_000 }, async () => {
  await using resources = new AsyncDisposableStack();
  const server = createServer((socket) => socket.end());
  resources.defer(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await expect(checkKafka([`127.0.0.1:${port}`])).rejects.toThrow(/hung up|ECONNRESET|EPIPE/);
});
