import { once } from 'node:events';
import { connect as connectTcp, createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect, test } from 'vitest';
import { isReset } from './is-reset.ts';
import { resetAndDestroy } from './reset-and-destroy.ts';

test.for([
  { over: 'a connection of its own', open: (port: number) => connectTls({ port, host: '127.0.0.1' }) },
  {
    over: 'a connection that it was given',
    open: (port: number) => connectTls({ socket: connectTcp({ port, host: '127.0.0.1' }) }),
  },
])('a reset over $over is seen by a side that reads nothing', async ({ open }) => {
  await using resources = new AsyncDisposableStack();
  const server = resources.use(createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1'));
  await once(server, 'listening');
  const address = server.address();
  const socket = open(typeof address === 'object' && address !== null ? address.port : 0);
  socket.on('error', () => undefined);
  const [far] = await once(server, 'connection');
  resources.defer(() => void far.destroy());
  // What has come of the handshake stays unread. Once asked for, Node knows the address for ever.
  expect([far.remoteAddress, isReset(far)]).toEqual(['127.0.0.1', false]);
  const closed = once(socket, 'close');
  resetAndDestroy(socket);
  await closed;
  await expect.poll(() => isReset(far)).toBe(true);
});
