import { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type Connections, inTurn } from './connections.ts';

export type TurnLimits = {
  /** Most requests on one connection; the last of them is answered with `Connection: close`. */
  readonly requestsPerConnection: number;
  /** Most requests that wait behind an answer on one connection; then the same. */
  readonly pipelined: number;
};

/**
 * Lets the requests of a connection take turns: one is taken up when the one before it has been answered, so that a
 * request is never forwarded whose answer can no longer be given (RFC 9112 section 9.3.2 allows no more for POST).
 * `isDraining` tells whether every answer is to be the last on its connection.
 */
export function takeTurns(
  connections: Connections,
  limits: TurnLimits,
  isDraining: () => boolean,
  listener: RequestListener,
): RequestListener {
  return (req: IncomingMessage, res: ServerResponse) => {
    const connection = connections.of(req.socket);
    if (connection === undefined || connection.isFull || connection.isBroken) {
      // Nobody may expect an answer to it, and reading on would only fill the memory.
      req.socket.pause();
      return;
    }
    connection.latest = req;
    connection.requests += 1;
    connection.isFull =
      connection.requests >= limits.requestsPerConnection || connection.waiting.length >= limits.pipelined;
    res.once('close', connection.endTurn);
    const isLast = connection.isFull;
    inTurn(connection, () => {
      connection.response = res;
      if (isLast || isDraining()) res.shouldKeepAlive = false;
      listener(req, res);
    });
  };
}
