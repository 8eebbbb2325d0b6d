import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { listenOnLoopback } from '@ssp/testing';

/** One TCP address before several ports of this machine: each new connection goes to the next one of those there are then. */
export async function startRelay(
  ports: () => readonly number[],
  resources: AsyncDisposableStack,
): Promise<{ readonly port: number }> {
  const sockets = new Set<Socket>();
  let turn = 0;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const choices = ports();
    const port = choices[turn++ % choices.length];
    if (port === undefined) return void client.destroy();
    const behind = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    for (const [from, to] of [
      [client, behind],
      [behind, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.resetAndDestroy());
      from.once('close', () => sockets.delete(from));
      from.pipe(to);
    }
  });
  const port = await listenOnLoopback(server);
  resources.defer(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return { port };
}
