import { once } from 'node:events';
import { type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeGently, type Connection, type Connections } from './connections.ts';

const sweepMs = 50;

/** Whether the door is about to close; read by every answer. */
export type Draining = { now: boolean };

/**
 * Closes the door without failing a request. For `graceMs` everything is served, also on new connections, but every
 * answer is the last on its connection; then nothing new is accepted, and what stays idle for as long is closed.
 */
export async function drain(
  front: Server,
  connections: Connections,
  draining: Draining,
  graceMs: number,
): Promise<void> {
  draining.now = true;
  for (const { response, waiting } of connections.all()) {
    if (response !== null && waiting.length === 0 && !response.headersSent) response.shouldKeepAlive = false;
  }
  await sleep(graceMs);
  const closed = once(front, 'close');
  front.close();
  const seen = new Map<Connection, number>();
  const sweep = setInterval(() => {
    const idleSinceMs = performance.now() - graceMs;
    for (const connection of connections.all()) {
      const { socket } = connection;
      const isQuiet = seen.get(connection) === socket.bytesRead;
      seen.set(connection, socket.bytesRead);
      // A request whose first bytes have just come is still served.
      if (isQuiet && !connection.isBusy && connection.idleSinceMs <= idleSinceMs) closeGently(connection);
    }
  }, sweepMs);
  await closed;
  clearInterval(sweep);
}
