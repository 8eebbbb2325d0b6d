import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** One TCP address before several ports of this machine: each new connection goes to the next one. */
export async function startRoundRobin(
  ports: readonly number[],
  resources: AsyncDisposableStack,
): Promise<{ readonly port: number }> {
  let turn = 0;
  const server = createServer((client) => {
    const behind = connect({ host: '127.0.0.1', port: ports[turn++ % ports.length] ?? 0 });
    client.pipe(behind).pipe(client);
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  resources.defer(() => void server.close());
  await once(server, 'listening');
  return { port: portOf(server.address()) };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('not listening on a port');
  return address.port;
}
