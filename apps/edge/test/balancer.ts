import { once } from 'node:events';
import { createServer, connect, type Socket } from 'node:net';

export type Backend = { readonly port: number; readonly admin: string };

/** A TCP load balancer as small as can be: new connections go in turn to those that say they are ready. */
export async function startBalancer(resources: AsyncDisposableStack) {
  const backends = new Set<Backend>();
  const ready = new Set<Backend>();
  const sockets = new Set<Socket>();
  let turn = 0;
  const look = async () => {
    for (const backend of backends) {
      const isReady = await fetch(`${backend.admin}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (isReady) ready.add(backend);
      else ready.delete(backend);
    }
  };
  const timer = setInterval(() => void look(), 50);
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const choice = [...ready][turn++ % ready.size];
    if (choice === undefined) return void client.destroy();
    const backend = connect({ port: choice.port, host: '127.0.0.1', allowHalfOpen: true });
    for (const [from, to] of [
      [client, backend],
      [backend, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.resetAndDestroy());
      from.once('close', () => sockets.delete(from));
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.defer(async () => {
    clearInterval(timer);
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    isReady: (backend: Backend) => ready.has(backend),
    add: (backend: Backend) => void backends.add(backend),
    remove: (backend: Backend) => {
      backends.delete(backend);
      ready.delete(backend);
    },
  };
}
