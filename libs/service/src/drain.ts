import { once } from 'node:events';
import { Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const sweepMs = 50;

/** A connection as a stop sees it. */
export type DrainedConnection = {
  readonly socket: Socket;
  /** Whether a request is under way. */
  readonly isBusy: boolean;
  /** On the monotonic clock: when it was opened or its latest answer ended. */
  readonly idleSinceMs: number;
};

/** What stands behind a listener that is to close. */
export type Drained<Connection extends DrainedConnection> = {
  readonly connections: () => Iterable<Connection>;
  /** From now on every answer is the last on its connection. */
  readonly lastAnswers: () => void;
  /** Closes a connection on which nothing is under way. */
  readonly end: (connection: Connection) => void;
};

/**
 * Closes a listener without failing a request. For `graceMs` everything is served, also on new connections, but every
 * answer is the last on its connection; then nothing new is accepted, and what stays idle for as long is closed.
 * Whoever asks on a connection that was idle for less is answered.
 */
export async function drain<Connection extends DrainedConnection>(
  server: Server,
  { connections, lastAnswers, end }: Drained<Connection>,
  graceMs: number,
): Promise<void> {
  const seen = new Map<Connection, number>();
  const see = (connection: Connection) => void seen.set(connection, connection.socket.bytesRead);
  lastAnswers();
  for (const connection of connections()) see(connection);
  if (graceMs > 0) await sleep(graceMs);
  const closed = once(server, 'close');
  // An HTTP server's own `close` would also end what has been idle for a moment alone.
  Server.prototype.close.call(server);
  const sweep = () => {
    const idleSinceMs = performance.now() - graceMs;
    for (const connection of connections()) {
      const isQuiet = seen.get(connection) === connection.socket.bytesRead;
      see(connection);
      // A request whose first bytes have just come is still served.
      if (isQuiet && !connection.isBusy && connection.idleSinceMs <= idleSinceMs) end(connection);
    }
  };
  sweep();
  const timer = setInterval(sweep, sweepMs);
  await closed;
  clearInterval(timer);
}
