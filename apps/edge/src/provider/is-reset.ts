import { type Socket } from 'node:net';

/**
 * Tells whether the other side has reset a TCP connection that nobody reads from, of which the event loop says nothing. Node
 * keeps the peer's address once it has been asked for, so it is the handle that is asked: without a peer there is no connection.
 */
export function isReset(socket: Socket): boolean {
  const handle: unknown = Reflect.get(socket, '_handle');
  return asksForPeer(handle) && handle.getpeername({}) !== 0;
}

function asksForPeer(handle: unknown): handle is { getpeername(out: object): unknown } {
  return (
    typeof handle === 'object' &&
    handle !== null &&
    'getpeername' in handle &&
    typeof handle.getpeername === 'function'
  );
}
