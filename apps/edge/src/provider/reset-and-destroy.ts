import { type TLSSocket } from 'node:tls';

/**
 * Closes a TLS connection by a TCP reset: an ordinary end waits in line behind everything that the other side has not read, and
 * so is never seen by one that has stopped reading. Node offers it for plain sockets alone; where the handle beneath is not as
 * expected, the connection is closed in the ordinary way.
 */
export function resetAndDestroy(socket: TLSSocket): void {
  const tls: unknown = Reflect.get(socket, '_handle');
  const tcp: unknown = typeof tls === 'object' && tls !== null ? Reflect.get(tls, '_parent') : null;
  if (isTcpHandle(tcp)) {
    const close = tcp.close.bind(tcp);
    tcp.close = (closed) => {
      if (tcp.reset(closed) !== 0) close(closed);
    };
  }
  socket.destroy();
}

type TcpHandle = { close: (closed: () => void) => void; reset(closed: () => void): unknown };

function isTcpHandle(handle: unknown): handle is TcpHandle {
  return (
    typeof handle === 'object' &&
    handle !== null &&
    'close' in handle &&
    typeof handle.close === 'function' &&
    'reset' in handle &&
    typeof handle.reset === 'function'
  );
}
