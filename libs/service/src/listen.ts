import { once } from 'node:events';
import { type Server } from 'node:http';
import { type AddressInfo, type Server as NetServer } from 'node:net';

export type ListenAddress = { readonly host: string; readonly port: number };

/**
 * Listens, and on release lets requests in flight end: no new connection, idle ones closed, the rest after their answer.
 * @returns the address in use, its port known also where 0 was asked for
 * @throws Error whose message names the address and the remedy, when it cannot be taken
 */
export async function listen(
  server: Server,
  address: ListenAddress,
  resources: AsyncDisposableStack,
): Promise<ListenAddress> {
  const taken = await takeAddress(server, address);
  resources.defer(() => drain(server));
  return taken;
}

/**
 * Listens, and leaves it to the caller how that ends.
 * @returns the address in use, its port known also where 0 was asked for
 * @throws Error whose message names the address and the remedy, when it cannot be taken
 */
export async function takeAddress(server: NetServer, address: ListenAddress): Promise<ListenAddress> {
  server.listen(address.port, address.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
        ? 'it is already in use; free it or configure another port'
        : String(error);
    throw new Error(`cannot listen on ${address.host}:${address.port}: ${reason}`, { cause: error });
  }
  return { host: address.host, port: portOf(server.address()) };
}

async function drain(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  // An answer that ends after close() leaves its keep-alive connection idle: sweep until the last one is gone.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearInterval(sweep);
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
