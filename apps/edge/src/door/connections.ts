import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';

/** One connection of a consumer, and what is owed on it. */
export type Connection = {
  readonly socket: Socket;
  /** Requests taken up so far. */
  requests: number;
  /** The latest request that the parser handed over; its body may still be arriving. */
  latest: IncomingMessage | null;
  /** Whether an answer is under way. */
  isBusy: boolean;
  /** The answer under way, where it is one of Node's. */
  response: ServerResponse | null;
  /** What takes its turn afterwards, in the order of its arrival. */
  readonly waiting: (() => void)[];
  /** No further request is taken up. */
  isFull: boolean;
  /** The parser has given up: what still arrives makes no sense to it. */
  isBroken: boolean;
  /** It has had its last answer. */
  isClosing: boolean;
  /** What the handshake took of the bytes that have been read. */
  readonly handshakeBytes: number;
  /** How long what the consumer still sends after its last answer is read and thrown away. */
  readonly lingerMs: number;
  /** On the monotonic clock: when it was opened or its latest answer ended. */
  idleSinceMs: number;
  /** Ends the turn under way and begins the next. */
  readonly endTurn: () => void;
};

/** The consumers' open connections. */
export type Connections = {
  /** Begins to keep account of a connection on which HTTP is spoken from now on. */
  readonly open: (socket: Socket) => void;
  /** Undefined for a socket whose handshake has not ended. */
  readonly of: (socket: Socket) => Connection | undefined;
  readonly all: () => Iterable<Connection>;
};

/** `onCount` is told whenever there is one more or less. */
export function createConnections(lingerMs: number, onCount: (count: number) => void): Connections {
  const all = new Map<Socket, Connection>();
  return {
    open: (socket) => {
      const connection: Connection = {
        socket,
        requests: 0,
        latest: null,
        isBusy: false,
        response: null,
        waiting: [],
        isFull: false,
        isBroken: false,
        isClosing: false,
        handshakeBytes: socket.bytesRead,
        lingerMs,
        idleSinceMs: performance.now(),
        endTurn: () => endTurn(connection),
      };
      all.set(socket, connection);
      onCount(all.size);
      // Node calls it after the last answer and would close with bytes unread, which resets the consumer's
      // connection and may destroy the answer on its way.
      socket.destroySoon = () => closeGently(connection);
      socket.once('close', () => {
        all.delete(socket);
        onCount(all.size);
        connection.waiting.length = 0;
      });
    },
    of: (socket) => all.get(socket),
    all: () => all.values(),
  };
}

/** Runs `begin` at once, or when everything before it on this connection has been answered. */
export function inTurn(connection: Connection, begin: () => void): void {
  if (connection.isBusy) {
    connection.waiting.push(begin);
    return;
  }
  connection.isBusy = true;
  begin();
}

function endTurn(connection: Connection): void {
  const { socket, waiting } = connection;
  connection.isBusy = false;
  connection.response = null;
  connection.idleSinceMs = performance.now();
  if (connection.latest?.complete === true) connection.latest = null;
  // The last answer has been given: what was asked after it is as if it had never been read.
  if (connection.isClosing || socket.destroyed) {
    waiting.length = 0;
    return;
  }
  const next = waiting.shift();
  if (next !== undefined) inTurn(connection, next);
}

/**
 * Ends a connection once everything is written. A body that is still arriving is read first, for a while: TLS cannot read
 * on after its own end, and bytes left unread would reset the connection before the consumer has seen its answer.
 */
export function closeGently(connection: Connection): void {
  const { socket, latest, lingerMs } = connection;
  if (connection.isClosing || socket.destroyed) return;
  connection.isClosing = true;
  connection.isFull = true;
  connection.isBroken = true;
  const end = () => void socket.end();
  if (latest === null || latest.complete) end();
  else latest.once('close', end).resume();
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
}
