import { drain } from '@ssp/service';
import { type Server } from 'node:net';
import { closeGently, type Connections } from './connections.ts';

/** Whether the door is about to close; read by every answer. */
export type Draining = { now: boolean };

/** Closes the door without failing a request. */
export function drainDoor(
  front: Server,
  connections: Connections,
  draining: Draining,
  graceMs: number,
): Promise<void> {
  const lastAnswers = () => {
    draining.now = true;
    for (const { response, waiting } of connections.all()) {
      if (response !== null && waiting.length === 0 && !response.headersSent)
        response.shouldKeepAlive = false;
    }
  };
  return drain(front, { connections: connections.all, lastAnswers, end: closeGently }, graceMs);
}
