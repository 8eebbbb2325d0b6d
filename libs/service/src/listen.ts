import { once } from 'node:events';
import { type Server } from 'node:http';
import { type AddressInfo, type Server as NetServer } from 'node:net';
import { drain } from './drain.ts';
import { keepAccount } from './keep-account.ts';

export type ListenAddress = { readonly host: string; readonly port: number };

/**
 * Listens, and on release lets requests in flight end: no new connection, idle ones closed, the rest after their answer. Where others
 * are sent here by a balancer, `drainGraceMs` is for as long as that may take to notice (see `drain`).
 * @returns the address in use, its port known also where 0 was asked for
 * @throws Error whose message names the address and the remedy, when it cannot be taken
 */
export async function listen(
  server: Server,
  address: ListenAddress,
  resources: AsyncDisposableStack,
  drainGraceMs = 0,
): Promise<ListenAddress> {
  const account = keepAccount(server);
  const taken = await takeAddress(server, address);
  resources.defer(() => drain(server, account, drainGraceMs));
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

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
